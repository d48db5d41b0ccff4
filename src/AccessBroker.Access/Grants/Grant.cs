namespace AccessBroker.Access;

/// <summary>What a grant is now: Revoked and Cancelled are stored, the rest follows from the clock.</summary>
public enum GrantState { Scheduled = 1, Active, Expired, Revoked, Cancelled }

/// <summary>Approved, time-boxed permission of one engineer for one scope.</summary>
public sealed class Grant
{
    public Guid Id { get; set; }
    public Guid RequestId { get; set; }
    public string Tenant { get; set; } = "";
    public string Target { get; set; } = "";
    public Guid HolderId { get; set; }
    public Guid ApproverId { get; set; }

    /// <summary>The approved resolved scope's canonical JSON (RFC 8785).</summary>
    public string Scope { get; set; } = "";
    public string ScopeHash { get; set; } = "";
    public DateTimeOffset NotBefore { get; set; }

    /// <summary>First instant at which it is over.</summary>
    public DateTimeOffset NotAfter { get; set; }

    /// <summary>When the customer revoked or the holder cancelled it.</summary>
    public DateTimeOffset? EndedAt { get; set; }
    public Guid? EndedBy { get; set; }

    /// <summary><see cref="GrantState.Revoked"/> or <see cref="GrantState.Cancelled"/> once ended early.</summary>
    public GrantState? EndedAs { get; set; }

    /// <summary>Concurrency token.</summary>
    public int Version { get; set; }

    /// <summary>Log index and id of the <c>grant.created</c> entry whose body this row must equal.</summary>
    public long EntryIndex { get; set; }
    public Guid EntryId { get; set; }

    public GrantState StateAt(DateTimeOffset now) =>
        EndedAs ?? (now < NotBefore ? GrantState.Scheduled : now < NotAfter ? GrantState.Active : GrantState.Expired);
}
