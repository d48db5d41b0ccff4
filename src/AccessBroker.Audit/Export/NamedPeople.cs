using System.Text.Json;

namespace AccessBroker.Audit;

/// <summary>Whom a body names by id: who acted, and whom it is about.</summary>
internal static class NamedPeople
{
    /// <summary>Members whose value is a person's id. Grants, sessions, requests and tokens are ids too, so not every id is one.</summary>
    private static readonly string[] Members = ["actor", "approver", "holder", "person", "requester"];

    /// <summary>Without <c>_system</c>, which is nobody.</summary>
    public static IEnumerable<Guid> In(byte[] body)
    {
        using var json = JsonDocument.Parse(body);
        foreach (var name in Members)
        {
            if (json.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && Guid.TryParseExact(value.GetString(), "D", out var person))
                yield return person;
        }
    }
}
