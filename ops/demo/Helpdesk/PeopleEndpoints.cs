using Helpdesk.Data;

namespace Helpdesk;

/// <summary>Somebody at the customer who may open tickets.</summary>
internal sealed record Person(string Name, string Role, string Email);

internal static class PeopleEndpoints
{
    public static void MapPeople(this IEndpointRouteBuilder org) =>
        org.MapMethods("/people", ["GET", "HEAD"], (string org, Database database) => TypedResults.Ok(database.Query(
            "SELECT name, role, email FROM people WHERE org = $a ORDER BY name",
            row => new Person(row.GetString(0), row.GetString(1), row.GetString(2)), org)));
}
