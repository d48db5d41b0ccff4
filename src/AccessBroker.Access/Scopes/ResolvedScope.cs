namespace AccessBroker.Access;

/// <summary>
/// What was approved, complete: every operation's full definition, the binding and the upstream, so that widening the
/// catalogue later cannot widen a live grant. Its canonical JSON is stored and hashed (<c>scope_hash</c>).
/// </summary>
public sealed record ResolvedScope
{
    public required string Tenant { get; init; }

    public required string Target { get; init; }

    /// <summary>The upstream's origin as text, such as <c>http://127.0.0.1:8481</c>.</summary>
    public required string Upstream { get; init; }

    public required TenantBinding Binding { get; init; }

    /// <summary>Sorted ordinally by name, unique. Empty means nothing is allowed.</summary>
    public required IReadOnlyList<OperationDefinition> Operations { get; init; }

    /// <summary>JSONPaths whose values are removed from responses. Refused at request time until masking is enforced.</summary>
    public IReadOnlyList<string> Mask { get; init; } = [];
}
