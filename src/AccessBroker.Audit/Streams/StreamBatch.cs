using System.Security.Cryptography;
using System.Text;

namespace AccessBroker.Audit;

/// <param name="Index">In the log.</param>
/// <param name="Time">Microseconds.</param>
/// <param name="Bytes">Without a line feed.</param>
internal sealed record StreamLine(long Index, long Time, byte[] Bytes);

/// <summary>Entries [<paramref name="First"/>, <paramref name="End"/>) as the receiver gets them. Entries that are not for it have no line.</summary>
internal sealed record StreamBatch(long First, long End, IReadOnlyList<StreamLine> Lines, IReadOnlyCollection<string> Tenants)
{
    /// <summary>The same for the same entries to the same stream, whoever sends them how often: receivers know a duplicate by it.</summary>
    public string IdOf(string origin, string stream) =>
        "msg_" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{origin}\n{stream}\n{First}\n{End}")))[..32];

    /// <summary>The lines, each with its line feed.</summary>
    public byte[] Joined()
    {
        var joined = new byte[Lines.Sum(l => l.Bytes.Length + 1)];
        var at = 0;
        foreach (var line in Lines)
        {
            line.Bytes.CopyTo(joined, at);
            joined[at + line.Bytes.Length] = (byte)'\n';
            at += line.Bytes.Length + 1;
        }
        return joined;
    }
}
