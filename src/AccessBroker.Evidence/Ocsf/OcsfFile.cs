using System.Globalization;
using System.Text;

namespace AccessBroker.Evidence;

/// <summary>ocsf.jsonl: the trail as events that a SIEM takes in, one a line.</summary>
internal sealed class OcsfFile(Stream output)
{
    private readonly OcsfLine _line = new();

    public void Write(ulong index, Hash32 leaf, in EntryHeader header, BodyState state, ReadOnlySpan<byte> body)
    {
        var rest = _line.AfterIndex(leaf, header, state, body);
        if (rest.IsEmpty)
            return;
        output.Write(OcsfLine.BeforeIndex);
        output.Write(Encoding.ASCII.GetBytes(index.ToString(CultureInfo.InvariantCulture)));
        output.Write(rest);
    }
}
