namespace AccessBroker.Access;

public enum RequestState { Pending = 1, Approved, Denied, Cancelled, Expired }

/// <summary>An engineer's ask: whose data, which operations, how long, why.</summary>
public sealed class AccessRequest
{
    public Guid Id { get; set; }
    public string Tenant { get; set; } = "";
    public string Target { get; set; } = "";
    public Guid RequesterId { get; set; }

    /// <summary>One of <see cref="ReasonCodes.All"/>.</summary>
    public string ReasonCode { get; set; } = "";

    /// <summary>People's text, 10–2000 characters, without control or bidirectional characters.</summary>
    public string Reason { get; set; } = "";
    public string? Ticket { get; set; }

    /// <summary>Length asked for, in minutes.</summary>
    public int Minutes { get; set; }

    /// <summary>The resolved scope's canonical JSON (RFC 8785).</summary>
    public string Scope { get; set; } = "";

    /// <summary>base64url(SHA-256(<see cref="Scope"/>)).</summary>
    public string ScopeHash { get; set; } = "";

    public RequestState State { get; set; }
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>When it expires unanswered.</summary>
    public DateTimeOffset ExpiresAt { get; set; }
    public DateTimeOffset? DecidedAt { get; set; }
    public Guid? DecidedBy { get; set; }
    public Guid? GrantId { get; set; }

    /// <summary>Concurrency token: a review names the version that was shown.</summary>
    public int Version { get; set; }

    /// <summary>Log index and id of the entry that recorded the request.</summary>
    public long EntryIndex { get; set; }
    public Guid EntryId { get; set; }
}

public static class ReasonCodes
{
    public static IReadOnlyList<string> All { get; } =
        ["customer-support", "vendor-initiated-service", "security-review", "legal-request", "production-alert"];
}
