using Story.Calls;

namespace Story.Steps;

/// <summary>Dana asks by the command line, Eve by the JSON API and on the plain HTML page.</summary>
internal static class Asking
{
    public static async Task RunAsync(Walk walk)
    {
        var request = await walk.Cli.JsonAsync("dana", "request", "create", "--tenant", "acme", "--target", "helpdesk",
            "--operations", "tickets.read,tickets.stream", "--for", "30m", "--ticket", "48213", "--reason", "Ticket 48213: the customer cannot see replies to it");
        walk.Request = request.GetProperty("id").GetString()!;
        Walk.Require(request.GetProperty("state").GetString() == "pending", $"Dana's request should be pending: {request}");
        walk.Tell($"command line: Dana's request {walk.Request}, tickets.read and tickets.stream for 30 min, entry {request.GetProperty("entryIndex")} of the log");

        (await walk.Cli.RunAsync("dana", "request", "create", "--tenant", "acme", "--target", "helpdesk", "--operations", "no.such", "--reason", "To see what happens"))
            .MustExit(1);
        await MinuteAsync(walk);
        await OnThePageAsync(walk);

        var openApi = await walk.Gateway.PortalAsync("/openapi/v1.json", token: null);
        openApi.Must(openApi.Status == 200 && openApi.Body.Contains("/api/v1/requests", StringComparison.Ordinal), "describe the API");
    }

    /// <summary>One minute by the JSON API. Priya says yes at once, because this minute is a real one and its end is waited for.</summary>
    private static async Task MinuteAsync(Walk walk)
    {
        var token = await walk.Cli.AccessTokenAsync("eve");
        foreach (var (field, problem) in new[] { ("\"mask\":[\"$..email\"]", "mask-not-enforced"), ("\"limits\":{\"requests\":5}", "limits-not-enforced") })
        {
            var promised = await walk.Gateway.PortalAsync("/api/v1/requests", token, HttpMethod.Post, Ask(minutes: 30, field));
            promised.Must(promised.Status == 422 && promised.Problem == problem, $"be refused as {problem}, because nothing would enforce {field}");
        }

        var asked = await walk.Gateway.PortalAsync("/api/v1/requests", token, HttpMethod.Post, Ask(minutes: 1));
        asked.Must(asked.Status == 201, "take Eve's request");
        var grant = await walk.Cli.JsonAsync("priya", "request", "approve", asked.Text("id"));
        var id = grant.GetProperty("id").GetString()!;
        var session = await walk.Cli.JsonAsync("eve", "session", "start", id);
        var (cookie, _) = await Browsing.EnterAsync(walk, "eve", session.GetProperty("session").GetProperty("id").GetString()!);
        walk.Minute = new Minute(id, grant.GetProperty("notAfter").GetDateTimeOffset(), session.GetProperty("token").GetString()!, cookie);

        foreach (var (with, sentCookie) in new[] { (walk.Minute.Token, (string?)null), (null, cookie) })
        {
            var now = await walk.Gateway.CallAsync("acme", "helpdesk", "/orgs/acme/tickets/48213", with, cookie: sentCookie);
            now.Must(now.Status == 200, $"be served in Eve's minute, by {(with is null ? "cookie" : "token")}");
        }
        walk.Tell("JSON API: Eve's request for one minute, approved: the minute runs; a mask and a limit are refused, because nothing enforces them yet");
    }

    private static async Task OnThePageAsync(Walk walk)
    {
        var browser = new Browser(walk, "eve");
        var empty = await browser.GetAsync("/e/new");
        empty.Answer.Must(empty.Answer.Status == 200, "show Eve the form after her sign-in");
        Walk.Require(Browser.FormOf(empty, "/e/new").Offers("operations", "helpdesk/tickets.stream"), $"{empty.Answer.Call} should offer tickets.stream.");
        var asked = await browser.SubmitAsync(empty, "/e/new", ("ticket", "48213"), ("tenant", "acme"), ("target", "helpdesk"),
            ("operations", "helpdesk/tickets.read"), ("operations", "helpdesk/tickets.stream"), ("minutes", "30"), ("code", "customer-support"),
            ("reason", "Ticket 48213: I look over Dana's shoulder"));
        asked.Answer.Must(asked.Answer.Status == 200 && asked.Address.AbsolutePath.StartsWith("/e/requests/", StringComparison.Ordinal), "show Eve her new request");
        walk.NarrowedRequest = asked.Address.Segments[^1];
        walk.Tell($"HTML page, without scripts: Eve's request {walk.NarrowedRequest}, tickets.read and tickets.stream for 30 min");
    }

    private static string Ask(int minutes, string? more = null) => $$"""
        {"tenant":"acme","target":"helpdesk","operations":["tickets.read"],"minutes":{{minutes}},"reasonCode":"customer-support",
         "reason":"A look at one ticket, by the API"{{(more is null ? "" : $",{more}")}}}
        """;
}
