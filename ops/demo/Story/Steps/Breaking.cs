using System.Diagnostics;
using Story.Calls;
using Story.Tampering;

namespace Story.Steps;

/// <summary>
/// When the log cannot be written, nothing happens that would have to be recorded; ending access still works; service
/// comes back by itself. Broken from outside: a lock held by another process, then a full file system.
/// </summary>
internal static class Breaking
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <param name="Priya">Her access token, taken while everything still works.</param>
    private sealed record Revocation(string Grant, string Token, string Priya, EventStream Stream);

    public static async Task RunAsync(Walk walk)
    {
        var (_, token) = await GrantAsync(walk, "dana", "tickets.read");
        await LockedAsync(walk, token);
        if (walk.Options.SmallDisk is { } folder) await FullAsync(walk, token, folder);
        else walk.Tell("skipped: the full file system, because none can be mounted here (run as root, or allow user namespaces)");
    }

    private static async Task LockedAsync(Walk walk, string token)
    {
        await ServedAsync(walk, token, "before-lock");
        var eve = await OpenAsync(walk);
        using (eve.Stream)
        {
            using (await LockHolder.StartAsync(walk.Options.Database))
            {
                var refused = await RefusedAsync(walk, token, "during-lock");
                walk.Tell(FormattableString.Invariant($"write lock held elsewhere: {refused} after {refused.Took.TotalSeconds:0.0} s, and the helpdesk was not called"));
                await RevokedAsync(walk, eve, "eve-during-lock");
                await NotReadyAsync(walk);
            }
            var back = await ResumedAsync(walk, token, "after-lock");
            await RecordedAsync(walk, eve);
            walk.Tell(FormattableString.Invariant($"lock released: served again after {back.TotalSeconds:0.0} s; the revocation stands in the log, and Eve's next call is refused as grant-revoked"));
        }
    }

    private static async Task FullAsync(Walk walk, string token, string folder)
    {
        var eve = await OpenAsync(walk);
        using (eve.Stream)
        {
            using (FullDisk.Fill(folder))
            {
                // The database may still have room inside its own files: call until it has not.
                var served = 0;
                Answer answer;
                while ((answer = await walk.Gateway.CallAsync("acme", "helpdesk", PathOf($"full-{served}"), token)).Status == 200)
                    Walk.Require(++served < 20_000, "The file system is full, but calls go on being served.");
                MustBeUnavailable(answer);
                Walk.Require(walk.HelpdeskLog.CallsWith($"q=full-{served}").Count == 0, "The helpdesk was called for a request that was refused.");
                walk.Tell(FormattableString.Invariant($"file system full: {answer} after {answer.Took.TotalSeconds:0.0} s, and the helpdesk was not called"));
                await RevokedAsync(walk, eve, "eve-during-full");
            }
            var back = await ResumedAsync(walk, token, "after-full");
            await RecordedAsync(walk, eve);
            walk.Tell(FormattableString.Invariant($"room again: served after {back.TotalSeconds:0.0} s; the revocation stands in the log, and Eve's next call is refused as grant-revoked"));
        }
    }

    private static async Task<(string Grant, string Token)> GrantAsync(Walk walk, string person, string operations)
    {
        var request = await walk.Cli.JsonAsync(person, "request", "create", "--tenant", "acme", "--target", "helpdesk",
            "--operations", operations, "--for", "30m", "--reason", "A look at the tickets while the log breaks");
        var grant = (await walk.Cli.JsonAsync("priya", "request", "approve", request.GetProperty("id").GetString()!)).GetProperty("id").GetString()!;
        return (grant, (await walk.Cli.JsonAsync(person, "session", "start", grant)).GetProperty("token").GetString()!);
    }

    /// <summary>Eve, with a stream open, and Priya, ready to end it.</summary>
    private static async Task<Revocation> OpenAsync(Walk walk)
    {
        var (grant, token) = await GrantAsync(walk, "eve", "tickets.read,tickets.stream");
        return new Revocation(grant, token, await walk.Cli.AccessTokenAsync("priya"), await EventStream.OpenAsync(walk, token));
    }

    // The query names the call, so that the upstream's log can be asked for this one.
    private static string PathOf(string marker) => $"/orgs/acme/tickets?q={marker}";

    private static async Task ServedAsync(Walk walk, string token, string marker)
    {
        var answer = await walk.Gateway.CallAsync("acme", "helpdesk", PathOf(marker), token);
        answer.Must(answer.Status == 200 && (await walk.HelpdeskLog.AwaitCallsWithAsync($"q={marker}")).Count == 1, "be served, because it is granted");
    }

    private static async Task<Answer> RefusedAsync(Walk walk, string token, string marker)
    {
        var answer = await walk.Gateway.CallAsync("acme", "helpdesk", PathOf(marker), token);
        MustBeUnavailable(answer);
        Walk.Require(walk.HelpdeskLog.CallsWith($"q={marker}").Count == 0, "The helpdesk was called for a request that was refused.");
        return answer;
    }

    private static void MustBeUnavailable(Answer answer) =>
        answer.Must(answer.Status == 503 && answer.Problem == "audit-unavailable" && answer.Took < Limit, "get 503 audit-unavailable within 3 s");

    /// <summary>The open stream shows that the revocation works: any call of Eve's would be refused while the log is broken.</summary>
    private static async Task RevokedAsync(Walk walk, Revocation eve, string marker)
    {
        eve.Stream.MustBeOpen();
        var asked = eve.Stream.Now;
        var ended = await walk.Gateway.PortalAsync($"/api/v1/grants/{eve.Grant}/revoke", eve.Priya, HttpMethod.Post);
        var gone = await eve.Stream.CutAsync() - asked;
        ended.Must(ended.Status == 200 && ended.Text("state") == "revoked", "end Eve's access while the log is broken");
        Walk.Require(gone < Ending.Limit, FormattableString.Invariant($"{ended.Call} should cut Eve's stream within 1 s while the log is broken, but it was cut after {gone.TotalMilliseconds:0} ms."));
        ended.Must(ended.Json.GetProperty("connectionsCut").GetInt32() == 1, "count the one connection that it cut");
        ended.Must(!ended.Json.TryGetProperty("entryIndex", out _), "name no entry, because the log is broken");

        var after = await RefusedAsync(walk, eve.Token, marker);
        walk.Tell(FormattableString.Invariant($"ending access meanwhile: Eve's open stream cut after {gone.TotalMilliseconds:0} ms, Priya answered after {ended.Took.TotalSeconds:0.0} s; Eve's next call got {after}"));
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
            answer.Must(watch.Elapsed < Patience, "be served again by itself within 30 s");
            await Task.Delay(200);
        }
    }

    /// <summary>The revocation is written as soon as the log works, and Eve's access is over for good.</summary>
    private static async Task RecordedAsync(Walk walk, Revocation eve)
    {
        var refusals = new Refusals(walk);
        await refusals.ExpectAsync("grant-revoked", "/orgs/acme/tickets/48213", eve.Token);
        await refusals.AllRecordedAsync();

        var trail = await AuditTrail.OpenAsync(walk);
        var watch = Stopwatch.StartNew();
        while ((await trail.SearchAsync("acme", $"grant:{eve.Grant} action:grant.revoked")).Count == 0)
        {
            Walk.Require(watch.Elapsed < Patience, $"The revocation of grant {eve.Grant} should stand in the log once the log works again.");
            await Task.Delay(300);
        }
    }
}
