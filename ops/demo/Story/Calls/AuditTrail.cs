using System.Text.Json;

namespace Story.Calls;

/// <summary>The log as Alan, the auditor, reads it by the JSON API. Each reading becomes an entry itself.</summary>
internal sealed class AuditTrail
{
    private readonly Walk _walk;
    private readonly string _token;

    private AuditTrail(Walk walk, string token) => (_walk, _token) = (walk, token);

    public static async Task<AuditTrail> OpenAsync(Walk walk) => new(walk, await walk.Cli.AccessTokenAsync("alan"));

    /// <param name="tenant">A customer, or <c>_system</c>.</param>
    /// <param name="query">Such as <c>action:http.denied</c>.</param>
    /// <returns>The newest 200 that match, newest first.</returns>
    public async Task<IReadOnlyList<JsonElement>> SearchAsync(string tenant, string query)
    {
        var page = await _walk.Gateway.PortalAsync($"/api/v1/audit/events?tenant={tenant}&limit=200&q={Uri.EscapeDataString(query)}", _token);
        page.Must(page.Status == 200, "let Alan search");
        return [.. page.Json.GetProperty("items").EnumerateArray()];
    }

    /// <summary>The exact body of an entry that a search found.</summary>
    public async Task<JsonElement> BodyAsync(JsonElement found)
    {
        var entry = await _walk.Gateway.PortalAsync($"/api/v1/audit/events/{found.GetProperty("index")}", _token);
        entry.Must(entry.Status == 200, "show Alan the entry");
        return JsonDocument.Parse(entry.Text("body")).RootElement;
    }
}
