namespace AccessBroker.Access;

/// <summary>The signed-in person behind one call, with the roles held at this moment (looked up now, never frozen at sign-in).</summary>
/// <param name="PersonId">Opaque id: what the log says as <c>actor</c>.</param>
/// <param name="Name">Display name, for screens only.</param>
/// <param name="Organisation">Vendor's or customer's name, for screens only.</param>
/// <param name="Roles">Current roles.</param>
/// <param name="SignIn">How they signed in, in words for entries: <c>demo-persona</c>, <c>oidc</c>.</param>
public sealed record Actor(Guid PersonId, string Name, string Organisation, IReadOnlyList<HeldRole> Roles, string SignIn)
{
    public bool Is(Role role, string? tenant = null) => Roles.Contains(new HeldRole(role, tenant));

    /// <summary>May see what happened to this customer: its approvers, auditors and administrators, and the vendor's auditors.</summary>
    public bool MayAudit(string tenant) =>
        Is(Role.VendorAuditor) || Is(Role.CustomerAuditor, tenant) || Is(Role.Approver, tenant) || Is(Role.CustomerAdministrator, tenant);
}

public readonly record struct HeldRole(Role Role, string? Tenant);
