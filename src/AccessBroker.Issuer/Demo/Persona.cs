using AccessBroker.Access;

namespace AccessBroker.Issuer;

/// <summary>Somebody to sign in as in a demo. There is no password to it, so it exists on loopback only.</summary>
/// <param name="Id">The OIDC subject, such as <c>dana</c>.</param>
/// <param name="Does">What the person does in the story, in words.</param>
/// <param name="Tenant">The customer the role belongs to; null for the vendor's people.</param>
internal sealed record Persona(string Id, string Name, string Organisation, string Does, Role Role, string? Tenant = null)
{
    public static IReadOnlyList<Persona> All { get; } =
    [
        new("dana", "Dana Ruiz", "Northwind Support", "Support engineer. Asks for access and works with it.", Role.Engineer),
        new("eve", "Eve Larsen", "Northwind Support", "Support engineer. Has no part in Dana's requests.", Role.Engineer),
        new("priya", "Priya Nair", "Acme Corp", "Approves, watches and ends access to Acme's data.", Role.Approver, "acme"),
        new("paul", "Paul Weber", "Acme Corp", "Approves, watches and ends access to Acme's data.", Role.Approver, "acme"),
        new("olga", "Olga Novak", "Globex", "Approves access to Globex's data. Sees nothing of Acme's.", Role.Approver, "globex"),
        new("alan", "Alan Osei", "Northwind Audit", "Auditor. Searches the log and exports proof.", Role.VendorAuditor),
        new("ada", "Ada Byrne", "Northwind", "Administrator. Looks after the broker.", Role.Administrator),
    ];

    public static Persona? Find(string? id) => All.FirstOrDefault(p => p.Id == id);
}
