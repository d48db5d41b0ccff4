using System.Text.Json;
using Story.Calls;

namespace Story.Steps;

/// <summary>The same grant by the command line, by any HTTP program, by a browser's cookie; and a calendar nobody here wrote.</summary>
internal static class Working
{
    private const string Ticket = "/orgs/acme/tickets/48213";

    public static async Task RunAsync(Walk walk)
    {
        var ticket = await walk.Cli.RunAsync("dana", "curl", "helpdesk", Ticket);
        Walk.Require(IsTheTicket(ticket.MustExit(0).Out), $"accessbroker curl should show ticket 48213, but showed {ticket.Out}");

        var session = await walk.Cli.JsonAsync("dana", "session", "start", walk.Grant);
        walk.Token = session.GetProperty("token").GetString()!;
        var plain = await walk.Gateway.CallAsync("acme", "helpdesk", Ticket + "/comments", walk.Token);
        plain.Must(plain.Status == 200, "serve a plain HTTP program with the token");
        await ByCurlAsync(walk);
        await ByBrowserAsync(walk, session.GetProperty("session").GetProperty("id").GetString()!);

        var calls = await walk.HelpdeskLog.AwaitCallsWithAsync(Ticket + "/comments");
        Walk.Require(calls.Count == 1 && calls[0].GetProperty("entry").ValueKind == JsonValueKind.String, $"The helpdesk should know the entry that announced the call, but logged {string.Join(' ', calls)}");
        walk.Tell($"the helpdesk saw {calls[0].GetProperty("engineer").GetString()}, announced by entry {calls[0].GetProperty("entry").GetString()}");

        if (walk.Options.HasCalendar) await CalendarAsync(walk);
        else walk.Tell("skipped: the calendar is not installed here");
    }

    private static bool IsTheTicket(string body) => JsonDocument.Parse(body).RootElement.GetProperty("ticket").GetProperty("id").GetInt64() == 48213;

    private static async Task ByCurlAsync(Walk walk)
    {
        if (!Curl.IsInstalled)
        {
            walk.Tell("skipped: curl itself, because it is not installed here");
            return;
        }
        var (status, body) = await Curl.GetAsync(walk, new Uri(walk.Gateway.OriginOf("acme", "helpdesk") + Ticket), walk.Token);
        Walk.Require(status == 200 && IsTheTicket(body), $"{walk.LastCall} should show ticket 48213, but got {status}: {body}");
        walk.Tell("accessbroker curl, curl itself with the token, and a plain HTTP program are served");
    }

    private static async Task ByBrowserAsync(Walk walk, string session)
    {
        var (cookie, spent) = await Browsing.EnterAsync(walk, "dana", session);
        var page = await walk.Gateway.GetAsync(new Uri(spent, Ticket), cookie);
        page.Must(page.Status == 200, "open the ticket by the browser's cookie");

        var again = await walk.Gateway.GetAsync(spent);
        again.Must(again.Status == 401 && again.Problem == "token-invalid", "refuse a one-time address that was used");
        walk.Tell("the browser's entry works once and leaves a cookie of that host alone");
    }

    private static async Task CalendarAsync(Walk walk)
    {
        var request = await walk.Cli.JsonAsync("dana", "request", "create", "--tenant", "acme", "--target", "calendar",
            "--operations", "calendar.read", "--for", "30m", "--ticket", "48213", "--reason", "When is the next call about ticket 48213?");
        await walk.Cli.JsonAsync("paul", "request", "approve", request.GetProperty("id").GetString()!);

        var list = await walk.Cli.RunAsync("dana", "curl", "calendar", "/acme/support/", "-X", "PROPFIND", "-H", "Depth: 1");
        Walk.Require(list.MustExit(0).Out.Contains(".ics", StringComparison.Ordinal), $"PROPFIND should list appointments, but answered {list.Out}");
        var report = await walk.Cli.RunAsync("dana", "curl", "calendar", "/acme/support/", "-X", "REPORT", "-H", "Depth: 1", "-H", "Content-Type: application/xml", "-d", """
            <C:calendar-query xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:prop><C:calendar-data/></D:prop><C:filter><C:comp-filter name="VCALENDAR"/></C:filter></C:calendar-query>
            """);
        Walk.Require(report.MustExit(0).Out.Contains("BEGIN:VEVENT", StringComparison.Ordinal), $"REPORT should return appointments, but answered {report.Out}");
        (await walk.Cli.RunAsync("dana", "curl", "calendar", "/globex/support/", "-X", "PROPFIND", "-H", "Depth: 1")).MustExit(8);
        walk.Tell($"{report.Out.Split("BEGIN:VEVENT").Length - 1} appointments read from Radicale by PROPFIND and REPORT, as Paul approved; Globex's are refused");
    }
}
