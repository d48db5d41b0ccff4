namespace AccessBroker.Access;

/// <summary>What a verified consent token claims, as far as a decision needs it.</summary>
public readonly record struct PresentedToken(
    Guid Session, Guid Grant, Guid Person, string Tenant, string Target, string ScopeHash, DateTimeOffset ExpiresAt);

/// <summary>How the caller proved the session.</summary>
public enum Presentation
{
    /// <summary><c>Authorization: Bearer</c> (RFC 6750): a program that sends it on purpose.</summary>
    Bearer,

    /// <summary>The gateway host's cookie: a browser adds it to whatever page asks, so the page's origin is checked too.</summary>
    Cookie,
}

/// <summary>Everything one decision depends on. Nothing else may be looked at, so that a decision can be repeated years later.</summary>
public readonly record struct AccessQuestion
{
    /// <summary>Customer and target that the request's host names.</summary>
    public required string HostTenant { get; init; }

    public required string HostTarget { get; init; }

    /// <summary>The gateway origin of that host: <c>https://acme--helpdesk.gateway.example</c>.</summary>
    public required string OwnOrigin { get; init; }

    /// <summary>The target as the catalogue defines it now; null where it does not exist (any more).</summary>
    public required TargetDefinition? Target { get; init; }

    /// <summary>Why no usable token was presented, or <see cref="DenyReason.None"/>.</summary>
    public required DenyReason TokenReason { get; init; }

    public required PresentedToken Token { get; init; }

    public required Presentation Presentation { get; init; }

    /// <summary>What loading the session and grant from the database and checking them against the log said.</summary>
    public required DenyReason LiveReason { get; init; }

    public required Session? Session { get; init; }

    public required Grant? Grant { get; init; }

    /// <summary>The grant's scope, parsed.</summary>
    public required ResolvedScope? Scope { get; init; }

    /// <summary>As received; methods are case-sensitive (RFC 9110 §9.1).</summary>
    public required string Method { get; init; }

    /// <summary>Path and query exactly as received (RFC 9112 §3.2.1).</summary>
    public required string RequestTarget { get; init; }

    /// <summary>Null where <see cref="RequestTarget"/> has no unambiguous path, and then <see cref="Ambiguity"/> says why.</summary>
    public required RequestPath? Path { get; init; }

    public required RequestQuery? Query { get; init; }

    /// <summary>Why path or query could not be read in one way; empty where they could.</summary>
    public required string Ambiguity { get; init; }

    public required RequestHeaders Headers { get; init; }

    public required DateTimeOffset Now { get; init; }
}

/// <summary>The request headers that matter to a decision.</summary>
public readonly record struct RequestHeaders
{
    /// <summary>Values of <c>Host</c>; the :authority of HTTP/2 counts as one.</summary>
    public required int Hosts { get; init; }

    /// <summary>Values of <c>Authorization</c>.</summary>
    public int Authorizations { get; init; }

    /// <summary>The client sent a copy of the header with which the gateway tells the upstream the customer.</summary>
    public bool TenantHeader { get; init; }

    /// <summary>RFC 9110 §7.8, or the <c>:protocol</c> of an extended CONNECT (RFC 8441); null where none.</summary>
    public string? Upgrade { get; init; }

    public string? ContentType { get; init; }

    /// <summary><c>Content-Length</c> and <c>Transfer-Encoding</c> together: two readers could end the body at two places (RFC 9112 §6.1).</summary>
    public bool TwoBodyLengths { get; init; }

    /// <summary><c>Destination</c> (RFC 4918 §10.3) names a second resource.</summary>
    public bool Destination { get; init; }

    /// <summary>Of <see cref="Declarable"/>, those that the request carries.</summary>
    public IReadOnlyList<string>? Declared { get; init; }

    /// <summary>Headers that change what a request reaches (RFC 4918 §10): they pass only where the operation declares them.</summary>
    public static IReadOnlyList<string> Declarable { get; } = ["Depth", "If", "Lock-Token", "Overwrite", "Timeout"];

    /// <summary><c>Service-Worker: script</c>.</summary>
    public bool ServiceWorker { get; init; }

    public string? Origin { get; init; }

    /// <summary><c>Sec-Fetch-Site</c>, <c>-Mode</c> and <c>-Dest</c> (W3C Fetch Metadata); browsers alone set them.</summary>
    public string? FetchSite { get; init; }

    public string? FetchMode { get; init; }

    public string? FetchDest { get; init; }
}
