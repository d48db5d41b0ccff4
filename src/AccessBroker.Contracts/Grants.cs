namespace AccessBroker.Contracts;

/// <param name="State">scheduled, active, expired, revoked, cancelled.</param>
/// <param name="AskedMinutes">What the request asked for, for comparison with what was approved.</param>
public sealed record GrantView(
    Guid Id, Guid RequestId, string Tenant, string Target, string TargetTitle, PersonView Holder, PersonView Approver,
    IReadOnlyList<OperationView> Operations, string ScopeHash, DateTimeOffset NotBefore, DateTimeOffset NotAfter, string State,
    DateTimeOffset? EndedAt, PersonView? EndedBy, int AskedMinutes, IReadOnlyList<string> AskedOperations, string GatewayOrigin,
    IReadOnlyList<SessionView> Sessions, long EntryIndex);

/// <summary>Answer of revoke and cancel.</summary>
/// <param name="ConnectionsCut">Live connections that were open on this node and were cut.</param>
/// <param name="CutInMs">Time from the call to the last cut, in milliseconds.</param>
/// <param name="LastByteAt">When the last byte passed through a connection that was cut; null where none was open.</param>
/// <param name="EntryIndex">Log index of the entry; null where the log is down and the entry waits in its own queue.</param>
public sealed record GrantEnded(Guid GrantId, string State, DateTimeOffset EndedAt, int ConnectionsCut, double CutInMs, DateTimeOffset? LastByteAt, long? EntryIndex);

/// <param name="Termination">Null while it lives.</param>
public sealed record SessionView(Guid Id, Guid GrantId, string Tenant, string Target, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, string? Termination);

/// <summary>Answer of <c>POST /api/v1/grants/{id}/sessions</c> and <c>POST /api/v1/sessions/{id}/token</c>.</summary>
/// <param name="Token">ES256 JWT, typ at+jwt; present it as <c>Authorization: Bearer</c> to <paramref name="GatewayOrigin"/>.</param>
public sealed record SessionToken(SessionView Session, string Token, DateTimeOffset ExpiresAt, string GatewayOrigin);

/// <summary>Answer of <c>POST /api/v1/sessions/{id}/browser</c>: a one-time address that sets the gateway host's cookie.</summary>
public sealed record BrowserEntry(string Url, DateTimeOffset ExpiresAt);
