namespace AccessBroker.Access;

/// <summary>Where a target's requests say whose data they touch.</summary>
public enum TenantPlace
{
    /// <summary>A path segment: the client sends it, the gateway compares.</summary>
    Path,

    /// <summary>A request header: the gateway sets it, a client's copy is refused.</summary>
    Header,

    /// <summary>A host label (<c>{tenant}.upstream.example</c>): the gateway sets it.</summary>
    Host,

    /// <summary>A query parameter: the gateway sets it, a client's copy is refused.</summary>
    Query,
}

/// <param name="Place">Where the customer stands.</param>
/// <param name="Name">Header or query parameter name; for <see cref="TenantPlace.Path"/> the template, such as <c>/orgs/{tenant}/**</c>.</param>
public sealed record TenantBinding(TenantPlace Place, string Name);
