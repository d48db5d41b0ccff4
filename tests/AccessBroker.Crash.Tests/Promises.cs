using System.Globalization;

namespace AccessBroker.Crash.Tests;

/// <summary>All that killed writers had acknowledged before they died.</summary>
internal sealed class Promises
{
    private readonly Lock _gate = new();

    /// <summary>By id: index and SHA-256 of the body.</summary>
    public Dictionary<Guid, (long Index, string Body)> Entries { get; } = [];

    /// <summary>Entries whose row was committed with them.</summary>
    public HashSet<Guid> Changes { get; } = [];

    /// <summary>By size: the base64 of the note.</summary>
    public Dictionary<long, string> Checkpoints { get; } = [];

    public static bool IsCheckpoint(string line) => line.StartsWith("checkpoint ", StringComparison.Ordinal);

    /// <returns>False for a line that is no promise.</returns>
    public bool Read(string line)
    {
        var words = line.Split(' ');
        lock (_gate)
        {
            switch (words)
            {
                case ["entry", var id, var index, var body]:
                    Entries.Add(Guid.ParseExact(id, "N"), (long.Parse(index, CultureInfo.InvariantCulture), body));
                    return true;
                case ["changed", var id]:
                    return Changes.Add(Guid.ParseExact(id, "N"));
                case ["checkpoint", var size, var note]:
                    Checkpoints.Add(long.Parse(size, CultureInfo.InvariantCulture), note);
                    return true;
                default:
                    return false;
            }
        }
    }
}
