namespace AccessBroker.Evidence;

/// <summary>
/// A check failed. The message is for the auditor: which file, which field or entry, and why.
/// Verifiers catch it and put it into their report.
/// </summary>
public sealed class EvidenceException : Exception
{
    /// <param name="file">The file of the bundle.</param>
    /// <param name="field">The field within it, or null.</param>
    /// <param name="entry">The entry's seq (in a whole log: its index), or null.</param>
    /// <param name="reason">What is wrong, a clause that follows the place.</param>
    public EvidenceException(string file, string? field, ulong? entry, string reason)
        : base($"{file}{(field is null ? "" : $" {field}")}{(entry is null ? "" : $" entry {entry}")}: {reason}") =>
        (File, Field, Entry, Reason) = (file, field, entry, reason);

    /// <summary>The file of the bundle.</summary>
    public string File { get; }

    /// <summary>The field within it, or null.</summary>
    public string? Field { get; }

    /// <summary>The entry's seq (in a whole log: its index), or null.</summary>
    public ulong? Entry { get; }

    /// <summary>What is wrong.</summary>
    public string Reason { get; }
}
