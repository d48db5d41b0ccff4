using System.Diagnostics;
using Story.Calls;
using Story.Tampering;

namespace Story.Steps;

/// <summary>
/// 8: when the log cannot be written, nothing happens that would have to be recorded; ending access still works; service
/// comes back by itself. Broken from outside: a lock held by another process, then a full file system.
/// </summary>
internal static class Breaking
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static async Task RunAsync(Walk walk)
    {
        var token = await GrantAsync(walk, "dana");
        await LockedAsync(walk, token);
        if (walk.Options.SmallDisk is { } folder) await FullAsync(walk, token, folder);
        else walk.Tell("skipped: the full file system, because none can be mounted here (run as root, or allow user namespaces)");
    }

    private static async Task LockedAsync(Walk walk, string token)
    {
        var eve = await GrantAsync(walk, "eve");
        var grant = await LiveGrantAsync(walk, "eve");
        await ServedAsync(walk, token, "before-lock");
        await ServedAsync(walk, eve, "eve-before-lock");

        using (await LockHolder.StartAsync(walk.Options.Database))
        {
            var refused = await RefusedAsync(walk, token, "during-lock");
            walk.Tell(FormattableString.Invariant($"write lock held elsewhere: {refused} after {refused.Took.TotalSeconds:0.0} s, and the helpdesk was not called"));
            await RevokedAsync(walk, grant, eve, "eve-during-lock");
            await NotReadyAsync(walk);
        }
        var back = await ResumedAsync(walk, token, "after-lock");
        await RecordedAsync(walk, grant);
        walk.Tell(FormattableString.Invariant($"lock released: served again after {back.TotalSeconds:0.0} s, and the revocation stands in the log"));
    }

    private static async Task FullAsync(Walk walk, string token, string folder)
    {
        var eve = await GrantAsync(walk, "eve");
        var grant = await LiveGrantAsync(walk, "eve");
        await ServedAsync(walk, eve, "eve-before-full");

        using (FullDisk.Fill(folder))
        {
            // The database may still have room inside its own files: call until it has not.
            var served = 0;
            Answer answer;
            while ((answer = await walk.Gateway.CallAsync("acme", "helpdesk", PathOf($"full-{served}"), token)).Status == 200)
                Walk.Require(++served < 20_000, "The file system is full, but calls go on being served.");
            Walk.Require(answer.Status == 503 && answer.Problem == "audit-unavailable" && answer.Took < Limit, $"On a full file system a call should get 503 audit-unavailable within 3 s, but got {answer} after {answer.Took.TotalSeconds:0.0} s");
            Walk.Require(walk.HelpdeskLog.CallsWith("q=full-").Count == served, "The helpdesk was called for a request that was refused.");
            walk.Tell(FormattableString.Invariant($"file system full: {answer} after {answer.Took.TotalSeconds:0.0} s, and the helpdesk was not called"));
            await RevokedAsync(walk, grant, eve, "eve-during-full");
        }
        var back = await ResumedAsync(walk, token, "after-full");
        await RecordedAsync(walk, grant);
        walk.Tell(FormattableString.Invariant($"room again: served after {back.TotalSeconds:0.0} s, and the revocation stands in the log"));
    }

    private static async Task<string> GrantAsync(Walk walk, string person)
    {
        var request = await walk.Cli.JsonAsync(person, "request", "create", "--tenant", "acme", "--target", "helpdesk",
            "--operations", "tickets.read", "--for", "30m", "--reason", "A look at the tickets while the log breaks");
        var grant = await walk.Cli.JsonAsync("priya", "request", "approve", request.GetProperty("id").GetString()!);
        return (await walk.Cli.JsonAsync(person, "session", "start", grant.GetProperty("id").GetString()!)).GetProperty("token").GetString()!;
    }

    private static async Task<string> LiveGrantAsync(Walk walk, string person) =>
        (await walk.Cli.JsonAsync(person, "grant", "list", "--state", "active")).GetProperty("items").EnumerateArray().First().GetProperty("id").GetString()!;

    // The query names the call, so that the upstream's log can be asked for this one.
    private static string PathOf(string marker) => $"/orgs/acme/tickets?q={marker}";

    private static async Task ServedAsync(Walk walk, string token, string marker)
    {
        var answer = await walk.Gateway.CallAsync("acme", "helpdesk", PathOf(marker), token);
        Walk.Require(answer.Status == 200 && walk.HelpdeskLog.CallsWith($"q={marker}").Count == 1, $"A granted call should be served, but got {answer}: {answer.Body}");
    }

    private static async Task<Answer> RefusedAsync(Walk walk, string token, string marker)
    {
        var answer = await walk.Gateway.CallAsync("acme", "helpdesk", PathOf(marker), token);
        Walk.Require(answer.Status == 503 && answer.Problem == "audit-unavailable", $"A granted call should get 503 audit-unavailable, but got {answer}: {answer.Body}");
        Walk.Require(answer.Took < Limit, $"It should be refused within 3 s, but took {answer.Took.TotalSeconds:0.0} s.");
        Walk.Require(walk.HelpdeskLog.CallsWith($"q={marker}").Count == 0, "The helpdesk was called for a request that was refused.");
        return answer;
    }

    private static async Task RevokedAsync(Walk walk, string grant, string token, string marker)
    {
        var ended = await walk.Gateway.PortalAsync($"/api/v1/grants/{grant}/revoke", await walk.Cli.AccessTokenAsync("priya"), HttpMethod.Post);
        Walk.Require(ended.Status == 200, $"Ending access should work while the log is broken, but got {ended}: {ended.Body}");
        var after = await walk.Gateway.CallAsync("acme", "helpdesk", PathOf(marker), token);
        Walk.Require(after.Status is 401 or 403 or 503 && walk.HelpdeskLog.CallsWith($"q={marker}").Count == 0, $"Eve's next call should be refused, but got {after}");
        walk.Tell(FormattableString.Invariant($"ending access meanwhile: done in {ended.Took.TotalSeconds:0.0} s, Eve's next call got {after}"));
    }

    private static async Task NotReadyAsync(Walk walk)
    {
        var watch = Stopwatch.StartNew();
        while ((await walk.Gateway.PortalAsync("/healthz/ready", token: null)).Status == 200)
        {
            Walk.Require(watch.Elapsed < TimeSpan.FromSeconds(15), "/healthz/ready should say that the log cannot be written, but says that all is well.");
            await Task.Delay(300);
        }
    }

    private static async Task<TimeSpan> ResumedAsync(Walk walk, string token, string marker)
    {
        var watch = Stopwatch.StartNew();
        for (var i = 0; ; i++)
        {
            var answer = await walk.Gateway.CallAsync("acme", "helpdesk", PathOf($"{marker}-{i}"), token);
            if (answer.Status == 200) return watch.Elapsed;
            Walk.Require(watch.Elapsed < Patience, $"Service should resume by itself, but 30 s later a granted call still gets {answer}: {answer.Body}");
            await Task.Delay(200);
        }
    }

    private static async Task RecordedAsync(Walk walk, string grant)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            var found = await walk.Cli.JsonAsync("alan", "audit", "search", "--tenant", "acme", $"grant:{grant}", "action:grant.revoked");
            if (found.GetProperty("items").GetArrayLength() > 0) return;
            Walk.Require(watch.Elapsed < Patience, "The revocation should stand in the log once the log works again.");
            await Task.Delay(300);
        }
    }
}
