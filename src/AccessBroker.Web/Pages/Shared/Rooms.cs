using AccessBroker.Access;
using AccessBroker.Web.Trails;

namespace AccessBroker.Web.Pages.Shared;

/// <param name="Title">In the navigation.</param>
/// <param name="Address">Where it begins.</param>
internal sealed record RoomLink(string Title, string Address)
{
    public bool IsAt(string path) => path == Address || (Address != "/e" && path.StartsWith(Address + "/", StringComparison.Ordinal));
}

/// <summary>The rooms a person may enter, in the order of the navigation; the first is where they arrive.</summary>
internal static class Rooms
{
    public static IReadOnlyList<RoomLink> Of(Actor actor)
    {
        var rooms = new List<RoomLink>();
        if (IsApprover(actor))
            rooms.Add(new("Requests", "/c/requests"));
        if (IsEngineer(actor))
            rooms.AddRange([new("My access", "/e"), new("Ask for access", "/e/new")]);
        if (IsAuditor(actor))
            rooms.Add(new("Events", "/a/events"));
        if (IsAuditor(actor) || MayAuditWholeLog(actor))
            rooms.Add(new("Export", "/a/export"));
        return rooms;
    }

    public static bool IsEngineer(Actor actor) => actor.Is(Role.Engineer);

    public static bool IsApprover(Actor actor) => Has(actor, Role.Approver);

    /// <summary>Whoever may read some customer's trail; which ones is asked for each customer (<see cref="Actor.MayAudit"/>).</summary>
    public static bool IsAuditor(Actor actor) =>
        Has(actor, Role.VendorAuditor) || Has(actor, Role.CustomerAuditor) || Has(actor, Role.Approver) || Has(actor, Role.CustomerAdministrator);

    /// <summary>The whole log's headers hold no customer's data.</summary>
    public static bool MayAuditWholeLog(Actor actor) => ExportLog.MayExport(actor);

    private static bool Has(Actor actor, Role role) => actor.Roles.Any(r => r.Role == role);
}
