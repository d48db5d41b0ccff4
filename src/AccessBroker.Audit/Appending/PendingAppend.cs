namespace AccessBroker.Audit;

/// <summary>An entry on its way to the log, and who waits for it.</summary>
/// <param name="deadline">Timestamp after which the caller is refused; <see cref="long.MaxValue"/> where nobody waits.</param>
internal sealed class PendingAppend(EntryDraft draft, PreparedEntry entry, long started, long deadline)
    : TaskCompletionSource<AppendedEntry>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    public EntryDraft Draft => draft;

    public PreparedEntry Entry => entry;

    public long Started => started;

    public long Deadline => deadline;

    /// <summary>Nobody waits: the entry records what already happened and is kept until it is written.</summary>
    public bool IsRecordOfThePast => deadline == long.MaxValue;

    /// <summary>It took a place in the bounded queue of the past.</summary>
    public bool HoldsRoom { get; set; }

    /// <summary>The caller was refused. If the entry is durable all the same, an intent gets a <c>not_forwarded</c> outcome.</summary>
    public bool WasAbandoned => Task.IsFaulted;

    public void Refuse(string why, Exception? cause = null) => TrySetException(new AuditUnavailableException(why, cause));
}
