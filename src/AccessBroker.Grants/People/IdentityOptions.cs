namespace AccessBroker.Grants;

/// <summary>Configuration section <c>Identity</c>: who may do what, until people are managed in the portal.</summary>
public sealed class IdentityOptions
{
    public IList<AssignmentOptions> Assignments { get; } = [];
}

/// <summary>One role of one person.</summary>
public sealed class AssignmentOptions
{
    /// <summary>The OIDC issuer, exactly as its discovery document says.</summary>
    public string Provider { get; set; } = "";

    /// <summary>The person's subject at that issuer.</summary>
    public string Subject { get; set; } = "";

    /// <summary>Engineer, VendorApprover, VendorAuditor, Administrator; Approver, CustomerAuditor, CustomerAdministrator.</summary>
    public string Role { get; set; } = "";

    /// <summary>Customer of the last three roles; must be empty for the others.</summary>
    public string? Tenant { get; set; }

    /// <summary>Display name until the person signs in and says better.</summary>
    public string? Name { get; set; }
    public string? Organisation { get; set; }
}

/// <summary>Configuration section <c>Tenants</c>, a list.</summary>
public sealed class TenantOptions
{
    /// <summary>See <see cref="Access.Names.IsId"/>. Never reused.</summary>
    public string Id { get; set; } = "";

    /// <summary>What people call the customer, 1–200 characters.</summary>
    public string Name { get; set; } = "";
}

/// <summary>The customers of this deployment, in the order of the configuration.</summary>
public sealed class TenantList(IReadOnlyList<TenantOptions> tenants)
{
    public IReadOnlyList<TenantOptions> All => tenants;

    public TenantOptions? Find(string id) => tenants.FirstOrDefault(t => t.Id == id);
}
