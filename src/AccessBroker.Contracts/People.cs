namespace AccessBroker.Contracts;

/// <param name="Roles">Such as <c>engineer</c> or <c>approver:acme</c>.</param>
public sealed record Me(Guid Id, string Name, string Organisation, IReadOnlyList<string> Roles, string SignIn);

public sealed record TargetView(string Name, string Title, bool SharedCredential, IReadOnlyList<OperationView> Operations);

/// <summary>Answer of <c>GET /api/v1/catalogue</c>: what an engineer can ask for.</summary>
public sealed record CatalogueView(IReadOnlyList<TenantView> Tenants, IReadOnlyList<TargetView> Targets);

/// <param name="Trail">The customer's trail id, base64: give it to <c>accessbroker verify --trail</c>.</param>
public sealed record TenantView(string Id, string Name, string Trail);

/// <summary>RFC 9457 problem details, as the broker sends them.</summary>
/// <param name="Type">Stable: <c>urn:accessbroker:problem:audit-unavailable</c>.</param>
/// <param name="Next">What to do next.</param>
/// <param name="Errors">Field → what is wrong with it.</param>
public sealed record Problem(
    string Type, string Title, int Status, string? Detail = null, string? Next = null, string? RequestId = null,
    IReadOnlyDictionary<string, string[]>? Errors = null);

/// <summary>Discovery for the CLI: <c>GET /.well-known/accessbroker</c>.</summary>
/// <param name="Issuer">OIDC issuer that signs people in for the API.</param>
/// <param name="ClientId">Public client to use with PKCE on a loopback port.</param>
/// <param name="Demo">Demo personas may be used.</param>
public sealed record ServerInfo(string Issuer, string ClientId, string Scope, bool Demo, string Version);
