using System.Data.Common;

namespace AccessBroker.Audit;

/// <summary>
/// The append-only log. An entry that was returned is durable on disk; one that could not be made durable within
/// <see cref="AuditOptions.AppendLimit"/> throws <see cref="AuditUnavailableException"/>, and the caller MUST NOT act.
/// </summary>
public interface IAuditLog
{
    /// <summary>
    /// Makes the customer's data key and trail id if they do not exist yet. Call it when a customer is created or configured,
    /// outside any transaction: SQLite has one writer, and a key made inside another transaction would wait for itself.
    /// </summary>
    void OpenTrail(string tenant);

    /// <summary>Appends one entry through the group commit.</summary>
    /// <exception cref="AuditUnavailableException">Not durable in time. If it becomes durable later after all, the log itself
    /// appends a <c>not_forwarded</c> outcome for an intent.</exception>
    ValueTask<AppendedEntry> AppendAsync(EntryDraft draft, CancellationToken cancellationToken = default);

    /// <summary>
    /// Appends on the caller's own transaction, so that a state change and its entries commit together. Call it after the
    /// domain rows were written (lock order: domain rows, audit_head, audit_trail) and commit at once after it.
    /// </summary>
    /// <exception cref="AuditUnavailableException">The head row could not be locked in time.</exception>
    Task<IReadOnlyList<AppendedEntry>> AppendAsync(DbTransaction transaction, IReadOnlyList<EntryDraft> drafts, CancellationToken cancellationToken = default);

    /// <summary>
    /// Queues an entry that records what already happened: an outcome, or an ending that protects the customer. Returns once
    /// it is queued, waits while the queue is full (so that new requests slow down), and keeps trying while the log is down.
    /// </summary>
    ValueTask EnqueueAsync(EntryDraft draft, CancellationToken cancellationToken = default);
}
