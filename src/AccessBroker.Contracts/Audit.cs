namespace AccessBroker.Contracts;

/// <param name="Index">In the log.</param>
/// <param name="Seq">In the trail.</param>
/// <param name="Class">intent, outcome, event, heads, key, prune, erase.</param>
/// <param name="Sentence">What happened, in one plain sentence.</param>
/// <param name="Leaf">Leaf hash, base64.</param>
public sealed record AuditEventView(
    long Index, long Seq, DateTimeOffset Time, string Class, string Kind, string Tenant, PersonView? Actor, Guid Id, Guid? Ref,
    Guid? Grant, Guid? Session, string? Target, string? Operation, string? Method, string? Path, int? Status, string? Outcome,
    string Sentence, string Leaf);

/// <summary>An entry whole.</summary>
/// <param name="Header">160 bytes, base64.</param>
/// <param name="Body">The exact body; null where erased.</param>
public sealed record AuditEntryView(AuditEventView Event, string Header, string? Body);

/// <param name="Next">Pass as <c>after</c> for the next page; null on the last.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next)
{
    /// <summary>Only of a search whose time was up before the page was full: older entries were not looked at yet, and <c>next</c> goes on there.</summary>
    public DateTimeOffset? SearchedBackTo { get; init; }
}

/// <param name="VerifierKey">C2SP vkey of the log.</param>
/// <param name="Checkpoint">Latest signed note.</param>
public sealed record LogInfo(string Origin, string VerifierKey, string Checkpoint, long Size);
