using System.Security.Cryptography;
using System.Text;
using AccessBroker.Access;
using AccessBroker.Audit;

namespace AccessBroker.Grants;

/// <summary>The bodies of <c>auth.*</c> and <c>admin.*</c>: on the customer's trail for a customer's person or role, else on <c>_system</c>.</summary>
internal static class PeopleEntries
{
    public static EntryDraft TenantCreated(string tenant, string name, Guid id) =>
        Entry.Event(tenant, id, Entry.BySystem("admin.tenant.created", tenant).Add("name", name).Add("source", "configuration"));

    public static EntryDraft Assigned(RoleAssignment assignment, Person person) =>
        new(Evidence.EntryClass.Event, assignment.Tenant ?? Names.System, assignment.EntryId, default, AssignedBody(assignment, person));

    /// <summary>
    /// A function of the rows alone. It holds who the person is to the identity provider, or whoever can write the
    /// database could give an approver's row their own subject.
    /// </summary>
    public static byte[] AssignedBody(RoleAssignment assignment, Person person) =>
        Entry.BySystem("admin.role.assigned", assignment.Tenant ?? Names.System)
            .Add("assignment", Entry.Id(assignment.Id))
            .Add("person", Entry.Id(assignment.PersonId))
            .Add("identity_sha256", IdentityHash(person))
            .Add("role", assignment.Role.ToString())
            .Add("at", Entry.Micros(assignment.AssignedAt))
            .Add("source", "configuration")
            .ToBytes();

    /// <summary>Refers to the entry that gave the role, which <see cref="Withdrawals"/> looks for.</summary>
    public static EntryDraft Removed(RoleAssignment assignment, Guid id, DateTimeOffset at)
    {
        var tenant = assignment.Tenant ?? Names.System;
        var body = Entry.BySystem("admin.role.removed", tenant)
            .Add("assignment", Entry.Id(assignment.Id))
            .Add("person", Entry.Id(assignment.PersonId))
            .Add("role", assignment.Role.ToString())
            .Add("at", Entry.Micros(at))
            .Add("source", "configuration");
        return Entry.Event(tenant, id, body, assignment.EntryId);
    }

    /// <param name="provider">The OIDC issuer.</param>
    /// <param name="ip">Address of the browser, where it is known.</param>
    public static EntryDraft SignedIn(Person person, string how, string provider, string? ip, Guid id)
    {
        var tenant = person.Tenant ?? Names.System;
        return Entry.Event(tenant, id, Entry.Body("auth.signed-in", Entry.Id(person.Id), tenant)
            .Add("sign_in", how)
            .Add("provider", provider)
            .Add("ip", ip));
    }

    /// <summary>Lower-case hex of SHA-256(issuer ‖ LF ‖ subject): proves the identity without stating it.</summary>
    private static string IdentityHash(Person person) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{person.Issuer}\n{person.Subject}")));
}
