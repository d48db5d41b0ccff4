namespace Story.Steps;

/// <summary>2: Dana asks by the command line, Eve by the JSON API.</summary>
internal static class Asking
{
    public static async Task RunAsync(Walk walk)
    {
        var request = await walk.Cli.JsonAsync("dana", "request", "create", "--tenant", "acme", "--target", "helpdesk",
            "--operations", "tickets.read,tickets.stream", "--for", "30m", "--ticket", "48213", "--reason", "Ticket 48213: the customer cannot see replies to it");
        walk.Request = request.GetProperty("id").GetString()!;
        Walk.Require(request.GetProperty("state").GetString() == "pending", $"Dana's request should be pending: {request}");
        walk.Tell($"request {walk.Request}: tickets.read and tickets.stream for 30 min, entry {request.GetProperty("entryIndex")} of the log");

        (await walk.Cli.RunAsync("dana", "request", "create", "--tenant", "acme", "--target", "helpdesk", "--operations", "no.such", "--reason", "To see what happens"))
            .MustExit(1);

        var token = await walk.Cli.AccessTokenAsync("eve");
        var asked = await walk.Gateway.PortalAsync("/api/v1/requests", token, HttpMethod.Post, Ask(minutes: 1));
        Walk.Require(asked.Status is 200 or 201, $"Eve's request by the API should be taken, but got {asked}: {asked.Body}");
        walk.MinuteRequest = asked.Json.GetProperty("id").GetString()!;

        var masked = await walk.Gateway.PortalAsync("/api/v1/requests", token, HttpMethod.Post, Ask(minutes: 30, mask: "$..email"));
        Walk.Require(masked.Status == 422, $"A mask is not enforced yet and must be refused, but got {masked}.");

        var openApi = await walk.Gateway.PortalAsync("/openapi/v1.json", token: null);
        Walk.Require(openApi.Status == 200 && openApi.Body.Contains("/api/v1/requests", StringComparison.Ordinal), $"/openapi/v1.json should describe the API, but got {openApi}.");
    }

    private static string Ask(int minutes, string? mask = null) => $$"""
        {"tenant":"acme","target":"helpdesk","operations":["tickets.read"],"minutes":{{minutes}},"reasonCode":"customer-support",
         "reason":"A look at one ticket, by the API"{{(mask is null ? "" : $",\"mask\":[\"{mask}\"]")}}}
        """;
}
