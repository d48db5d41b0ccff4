namespace AccessBroker.Access;

/// <summary>Vendor roles have no customer; customer roles name one.</summary>
public enum Role
{
    Engineer = 1,
    VendorApprover,
    VendorAuditor,
    Administrator,
    Approver = 10,
    CustomerAuditor,
    CustomerAdministrator,
}

/// <summary>A role that a person holds. The row is honoured only if it equals its log entry.</summary>
public sealed class RoleAssignment
{
    public Guid Id { get; set; }
    public Guid PersonId { get; set; }
    public Role Role { get; set; }

    /// <summary>The customer for a customer role, else null.</summary>
    public string? Tenant { get; set; }
    public DateTimeOffset AssignedAt { get; set; }
    public DateTimeOffset? RemovedAt { get; set; }
    public long EntryIndex { get; set; }
    public Guid EntryId { get; set; }
}
