namespace AccessBroker.Access;

/// <summary>Why a session is over.</summary>
public enum TerminationReason { Ended = 1, GrantExpired, GrantRevoked, GrantCancelled, PersonLocked, BrokerLost, NotInLog }

/// <summary>An engineer's use of a grant.</summary>
public sealed class Session
{
    public Guid Id { get; set; }
    public Guid GrantId { get; set; }
    public string Tenant { get; set; } = "";
    public string Target { get; set; } = "";
    public Guid PersonId { get; set; }
    public DateTimeOffset StartedAt { get; set; }
    public DateTimeOffset? EndedAt { get; set; }
    public TerminationReason? Termination { get; set; }
    public long EntryIndex { get; set; }
    public Guid EntryId { get; set; }
}
