using System.Text.Json;

namespace Story.Steps;

/// <summary>4: the same grant by the command line, by any HTTP program, by a browser's cookie; and a calendar nobody here wrote.</summary>
internal static class Working
{
    private const string Ticket = "/orgs/acme/tickets/48213";

    public static async Task RunAsync(Walk walk)
    {
        var ticket = await walk.Cli.RunAsync("dana", "curl", "helpdesk", Ticket);
        Walk.Require(ticket.MustExit(0).Json.GetProperty("ticket").GetProperty("id").GetInt64() == 48213, $"accessbroker curl should show ticket 48213, but showed {ticket.Out}");

        var session = await walk.Cli.JsonAsync("dana", "session", "start", walk.Grant);
        walk.Token = session.GetProperty("token").GetString()!;
        var plain = await walk.Gateway.CallAsync("acme", "helpdesk", Ticket + "/comments", walk.Token);
        Walk.Require(plain.Status == 200, $"A plain HTTP program with the token should get the comments, but got {plain}: {plain.Body}");

        await ByBrowserAsync(walk, session.GetProperty("session").GetProperty("id").GetString()!);

        var call = walk.HelpdeskLog.CallsWith(Ticket + "/comments").Single();
        Walk.Require(call.GetProperty("entry").ValueKind == JsonValueKind.String, $"The upstream should know the entry that announced the call, but logged {call}");
        walk.Tell($"the helpdesk saw {call.GetProperty("engineer").GetString()}, announced by entry {call.GetProperty("entry").GetString()}");

        if (walk.Options.Calendar) await CalendarAsync(walk);
        else walk.Tell("skipped: the calendar is not installed here");
    }

    private static async Task ByBrowserAsync(Walk walk, string session)
    {
        var entry = await walk.Gateway.PortalAsync($"/api/v1/sessions/{session}/browser", await walk.Cli.AccessTokenAsync("dana"), HttpMethod.Post);
        Walk.Require(entry.Status == 200, $"A browser entry should be given, but got {entry}: {entry.Body}");
        var address = new Uri(entry.Json.GetProperty("url").GetString()!);

        var entered = await walk.Gateway.GetAsync(address);
        Walk.Require(entered.Headers.TryGetValues("Set-Cookie", out var cookies), $"Entering should set the gateway host's cookie, but got {entered}.");
        var cookie = cookies!.Single().Split(';')[0];
        Walk.Require(cookie.StartsWith("__Host-", StringComparison.Ordinal), $"The cookie should be bound to its host, but is {cookie.Split('=')[0]}");
        var page = await walk.Gateway.GetAsync(new Uri(address, Ticket), cookie);
        Walk.Require(page.Status == 200, $"The browser's cookie should open the ticket, but got {page}: {page.Body}");

        var again = await walk.Gateway.GetAsync(address);
        Walk.Require(again.Status >= 400, $"An entry address works once, but a second visit got {again}.");
        walk.Tell("the browser's entry works once and leaves a cookie of that host alone");
    }

    private static async Task CalendarAsync(Walk walk)
    {
        var request = await walk.Cli.JsonAsync("dana", "request", "create", "--tenant", "acme", "--target", "calendar",
            "--operations", "calendar.read", "--for", "30m", "--ticket", "48213", "--reason", "When is the next call about ticket 48213?");
        await walk.Cli.JsonAsync("priya", "request", "approve", request.GetProperty("id").GetString()!);

        var list = await walk.Cli.RunAsync("dana", "curl", "calendar", "/acme/support/", "-X", "PROPFIND", "-H", "Depth: 1");
        Walk.Require(list.MustExit(0).Out.Contains(".ics", StringComparison.Ordinal), $"PROPFIND should list appointments, but answered {list.Out}");
        var report = await walk.Cli.RunAsync("dana", "curl", "calendar", "/acme/support/", "-X", "REPORT", "-H", "Depth: 1", "-H", "Content-Type: application/xml", "-d", """
            <C:calendar-query xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:prop><C:calendar-data/></D:prop><C:filter><C:comp-filter name="VCALENDAR"/></C:filter></C:calendar-query>
            """);
        Walk.Require(report.MustExit(0).Out.Contains("BEGIN:VEVENT", StringComparison.Ordinal), $"REPORT should return appointments, but answered {report.Out}");
        (await walk.Cli.RunAsync("dana", "curl", "calendar", "/globex/support/", "-X", "PROPFIND", "-H", "Depth: 1")).MustExit(8);
        walk.Tell($"{report.Out.Split("BEGIN:VEVENT").Length - 1} appointments read from Radicale by PROPFIND and REPORT; Globex's are refused");
    }
}
