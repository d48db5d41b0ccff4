namespace AccessBroker.Evidence;

/// <summary>ocsf.jsonl: the trail as events that a SIEM takes in, one a line.</summary>
internal sealed class OcsfFile(Stream output)
{
    private readonly OcsfLine _line = new();
    private readonly RowBuffer _index = new();
    private readonly TableEntry _entry = new();

    public void Write(ulong index, Hash32 leaf, in EntryHeader header, BodyState state, ReadOnlySpan<byte> body) =>
        Write(index, _entry.Set(leaf, header, state, body));

    public void Write(ulong index, TableEntry entry)
    {
        var rest = _line.AfterIndex(entry);
        if (rest.IsEmpty)
            return;
        _index.Clear();
        _index.Append(OcsfLine.BeforeIndex);
        _index.Append(index);
        output.Write(_index.Written);
        output.Write(rest);
    }
}
