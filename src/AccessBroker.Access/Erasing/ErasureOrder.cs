namespace AccessBroker.Access;

public enum ErasureState { Proposed = 1, Confirmed, Rejected, Done }

/// <summary>
/// Bodies of a customer's trail that are to be forgotten before their retention ends. Two people agree on it, one of them the
/// customer's; the row is honoured only if both entries of the log say the same.
/// </summary>
public sealed class ErasureOrder
{
    public Guid Id { get; set; }
    public string Tenant { get; set; } = "";

    /// <summary><c>everything</c>, <c>person:{id}</c> or <c>entries:1,2,3</c> (log indices).</summary>
    public string What { get; set; } = "";

    /// <summary>What entitles to it: a law, a contract, a person's request. 5–200 characters.</summary>
    public string Authority { get; set; } = "";

    /// <summary>10–2000 characters.</summary>
    public string Reason { get; set; } = "";
    public ErasureState State { get; set; }
    public Guid ProposedBy { get; set; }
    public DateTimeOffset ProposedAt { get; set; }
    public Guid? DecidedBy { get; set; }
    public DateTimeOffset? DecidedAt { get; set; }
    public DateTimeOffset? DoneAt { get; set; }

    /// <summary>Bodies erased so far.</summary>
    public long Erased { get; set; }

    /// <summary>Concurrency token.</summary>
    public int Version { get; set; }

    /// <summary>Log index and id of the entry that proposed it.</summary>
    public long EntryIndex { get; set; }
    public Guid EntryId { get; set; }

    /// <summary>Log index and id of the entry that confirmed or rejected it.</summary>
    public long? DecisionIndex { get; set; }
    public Guid? DecisionId { get; set; }
}
