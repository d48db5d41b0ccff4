using System.Text.Json;
using Story.Calls;
using Story.Tampering;

namespace Story.Steps;

/// <summary>5: whatever the grant does not allow is refused with a problem that says why, never reaches the upstream, and is recorded.</summary>
internal static class Refusing
{
    private const string Ticket = "/orgs/acme/tickets/48213";

    public static async Task RunAsync(Walk walk)
    {
        var since = await NewestAsync(walk);
        var expected = new List<string>();

        foreach (var (path, problems) in Paths)
            expected.Add(await RefusedAsync(walk, path, walk.Token, problems));
        expected.Add(await RefusedAsync(walk, Ticket, walk.Token, ["operation-not-granted"], HttpMethod.Patch));
        expected.Add(await RefusedAsync(walk, Ticket, null, ["no-token"]));
        expected.Add(await RefusedAsync(walk, Ticket, Edited(walk.Token, part: 1), ["token-invalid"]));
        expected.Add(await RefusedAsync(walk, Ticket, Edited(walk.Token, part: 2), ["token-invalid"]));
        await ForOtherHostsAsync(walk);
        walk.Tell($"{expected.Count} kinds of calls refused: {string.Join(", ", expected.Distinct())}");

        (await walk.Cli.RunAsync("dana", "curl", "helpdesk", "/orgs/acme/people")).MustExit(8, "operation-not-granted");
        await RowsThatNobodyApprovedAsync(walk);
        await AfterTheMinuteAsync(walk);
        await AllRecordedAsync(walk, since, [.. expected, "not-in-log"]);
    }

    // A marker in each path would change what is tested: the upstream's log is asked for the whole path instead.
    private static readonly (string Path, string[] Problems)[] Paths =
    [
        ("/orgs/acme/people", ["operation-not-granted"]),
        ("/orgs/acme/no-such-thing", ["unmapped-route"]),
        ("/orgs/globex/tickets", ["other-tenant"]),
        ("/orgs/acme/../globex/tickets", ["ambiguous-path"]),
        ("/orgs/acme/%2e%2e/globex/tickets", ["ambiguous-path"]),
        ("/orgs/acme/..%2fglobex/tickets", ["ambiguous-path"]),
        ("/orgs/acme/%252e%252e/globex/tickets", ["ambiguous-path"]),
        ("/orgs//acme/tickets", ["ambiguous-path"]),
        ("/orgs/acme/tickets%5c..%5c48213", ["ambiguous-path"]),
        ("/orgs/acme/tickets?everything=1", ["query-not-declared"]),
    ];

    private static async Task<string> RefusedAsync(Walk walk, string path, string? token, string[] problems, HttpMethod? method = null)
    {
        var before = walk.HelpdeskLog.CallsWith("").Count;
        var answer = await walk.Gateway.CallAsync("acme", "helpdesk", path, token, method);
        Walk.Require(problems.Contains(answer.Problem) && answer.Status is >= 400 and < 500, $"{method ?? HttpMethod.Get} {path} should be refused as {string.Join(" or ", problems)}, but got {answer}");
        Walk.Require(answer.Json.TryGetProperty("next", out _) || answer.Json.TryGetProperty("detail", out _), $"The refusal of {path} should say why: {answer.Body}");
        Walk.Require(walk.HelpdeskLog.CallsWith("").Count == before, $"{path} was refused, but the helpdesk saw a call.");
        return answer.Problem;
    }

    private static async Task ForOtherHostsAsync(Walk walk)
    {
        var other = await walk.Gateway.CallAsync("globex", "helpdesk", "/orgs/globex/tickets", walk.Token);
        Walk.Require(other.Problem == "token-for-other-target", $"Acme's token at Globex's host should be refused as token-for-other-target, but got {other}");
        if (!walk.Options.Calendar) return;
        var calendar = await walk.Gateway.CallAsync("acme", "calendar", "/acme/support/", walk.Token);
        Walk.Require(calendar.Problem == "token-for-other-target", $"The helpdesk's token at the calendar should be refused as token-for-other-target, but got {calendar}");
    }

    /// <summary>Somebody who can write the database gives themselves more time, then a grant of their own.</summary>
    private static async Task RowsThatNobodyApprovedAsync(Walk walk)
    {
        var database = new DatabaseFile(walk.Options.Database);
        using (database.LengthenGrant(walk.MinuteGrant, TimeSpan.FromHours(8)))
        {
            await Task.Delay(TimeSpan.FromSeconds(1.5));
            var edited = await walk.Gateway.CallAsync("acme", "helpdesk", Ticket, walk.MinuteToken);
            Walk.Require(edited.Problem == "not-in-log", $"A grant lengthened in the database should be refused as not-in-log, but got {edited}");
        }
        using (database.InsertCopyOfGrant(walk.Grant, out var forged))
        {
            var start = await walk.Cli.RunAsync("dana", "session", "start", forged);
            Walk.Require(start.ExitCode != 0 && start.Code == "not-in-log", $"A grant inserted into the database should be refused as not-in-log, but: {start.Out}{start.Error}");
        }
        walk.Tell("a grant row edited and one inserted straight into the database are both refused: not-in-log");
    }

    private static async Task AfterTheMinuteAsync(Walk walk)
    {
        var left = walk.MinuteEnds - TimeProvider.System.GetUtcNow();
        if (left > TimeSpan.Zero) await Task.Delay(left + TimeSpan.FromMilliseconds(200));
        var over = await walk.Gateway.CallAsync("acme", "helpdesk", Ticket, walk.MinuteToken);
        Walk.Require(over.Problem is "token-expired" or "grant-expired", $"Eve's token should be expired by the real clock, but got {over}");
        (await walk.Cli.RunAsync("eve", "session", "start", walk.MinuteGrant)).MustExit(6, "grant-expired");
        (await walk.Cli.RunAsync("eve", "curl", "helpdesk", Ticket)).MustExit(6);
        walk.Tell($"after a real minute: {over.Problem}, and no new session");
    }

    private static async Task AllRecordedAsync(Walk walk, long since, IReadOnlyList<string> expected)
    {
        var token = await walk.Cli.AccessTokenAsync("alan");
        var missing = expected;
        for (var tries = 0; tries < 20 && missing.Count > 0; tries++)
        {
            await Task.Delay(250);
            missing = Missing(expected, await ReasonsAsync(walk, since, token));
        }
        Walk.Require(missing.Count == 0, $"Every refusal should stand in the log, but these do not: {string.Join(", ", missing)}");
    }

    /// <summary>Why, in the words of the log's own entries since then.</summary>
    private static async Task<List<string>> ReasonsAsync(Walk walk, long since, string token)
    {
        var page = await walk.Gateway.PortalAsync("/api/v1/audit/events?tenant=acme&limit=200&q=action:http.denied", token);
        Walk.Require(page.Status == 200, $"Alan should find what was denied, but got {page}: {page.Body}");
        var reasons = new List<string>();
        foreach (var denied in page.Json.GetProperty("items").EnumerateArray().Select(e => e.GetProperty("index").GetInt64()).Where(i => i > since))
        {
            var entry = await walk.Gateway.PortalAsync($"/api/v1/audit/events/{denied}", token);
            reasons.Add(JsonDocument.Parse(entry.Json.GetProperty("body").GetString()!).RootElement.GetProperty("reason").GetString()!);
        }
        return reasons;
    }

    /// <summary>Counted, so that three refusals of one kind need three entries.</summary>
    private static List<string> Missing(IEnumerable<string> expected, List<string> recorded)
    {
        var left = new List<string>(recorded);
        return [.. expected.Where(reason => !left.Remove(reason))];
    }

    private static async Task<long> NewestAsync(Walk walk)
    {
        var page = await walk.Cli.JsonAsync("alan", "audit", "search", "--tenant", "acme", "--limit", "1");
        return page.GetProperty("items").EnumerateArray().Select(e => e.GetProperty("index").GetInt64()).DefaultIfEmpty(-1).Max();
    }

    /// <summary>One character of the payload (1) or the signature (2) changed to another of the alphabet.</summary>
    private static string Edited(string token, int part)
    {
        var parts = token.Split('.');
        var characters = parts[part].ToCharArray();
        var middle = characters.Length / 2;
        characters[middle] = characters[middle] == 'A' ? 'B' : 'A';
        parts[part] = new string(characters);
        return string.Join('.', parts);
    }
}
