namespace Story.Steps;

/// <summary>3: the customer shortens and approves; nobody else can; deciding twice answers what happened.</summary>
internal static class Deciding
{
    public static async Task RunAsync(Walk walk)
    {
        var seen = await walk.Cli.JsonAsync("priya", "request", "show", walk.Request);
        var sentences = string.Join("; ", seen.GetProperty("operations").EnumerateArray().Select(o => o.GetProperty("sentence").GetString()));
        walk.Tell($"Priya reads: {seen.GetProperty("requester").GetProperty("name").GetString()} asks to: {sentences}");

        (await walk.Cli.RunAsync("olga", "request", "show", walk.Request)).MustExit(1, "not-found");
        (await walk.Cli.RunAsync("olga", "request", "approve", walk.Request)).MustExit(1, "not-found");
        (await walk.Cli.RunAsync("dana", "request", "approve", walk.Request)).MustExit(5);
        var widened = await walk.Cli.RunAsync("priya", "request", "approve", walk.Request, "--operations", "tickets.read,people.read");
        Walk.Require(widened.ExitCode == 1 && widened.Code == "scope-widened", $"Approving more than was asked should be refused as scope-widened, but: {widened.Error}");

        var grant = await walk.Cli.JsonAsync("priya", "request", "approve", walk.Request, "--for", "15m");
        walk.Grant = grant.GetProperty("id").GetString()!;
        var minutes = (grant.GetProperty("notAfter").GetDateTimeOffset() - grant.GetProperty("notBefore").GetDateTimeOffset()).TotalMinutes;
        Walk.Require(Math.Abs(minutes - 15) < 0.1, $"The grant should last 15 minutes, but lasts {minutes}.");
        walk.Tell($"approved with 15 of the 30 minutes: grant {walk.Grant}");

        var twice = await walk.Cli.RunAsync("priya", "request", "approve", walk.Request);
        Walk.Require(twice.ExitCode != 0 && twice.Error.Contains("Priya", StringComparison.Ordinal), $"Approving twice should say who approved it, but said: {twice.Error}");

        await DenialIsFinalAsync(walk);
        await StartTheMinuteAsync(walk);
        await KeepACheckpointAsync(walk);
    }

    private static async Task DenialIsFinalAsync(Walk walk)
    {
        var request = await walk.Cli.JsonAsync("eve", "request", "create", "--tenant", "globex", "--target", "helpdesk",
            "--operations", "orders.read", "--for", "1h", "--reason", "Curious about Globex's orders");
        var id = request.GetProperty("id").GetString()!;
        (await walk.Cli.RunAsync("priya", "request", "show", id)).MustExit(1, "not-found");
        await walk.Cli.JsonAsync("olga", "request", "deny", id, "--reason", "No ticket of ours");
        var after = await walk.Cli.RunAsync("olga", "request", "approve", id);
        Walk.Require(after.ExitCode != 0 && after.Error.Contains("denied", StringComparison.OrdinalIgnoreCase), $"Approving after a denial should say that it was denied, but said: {after.Error}");
        walk.Tell("Olga denied a request to Globex; approving it afterwards says so");
    }

    // A real minute: its end is met in step 5, by everybody's clock.
    private static async Task StartTheMinuteAsync(Walk walk)
    {
        var grant = await walk.Cli.JsonAsync("priya", "request", "approve", walk.MinuteRequest);
        walk.MinuteGrant = grant.GetProperty("id").GetString()!;
        walk.MinuteEnds = grant.GetProperty("notAfter").GetDateTimeOffset();
        var session = await walk.Cli.JsonAsync("eve", "session", "start", walk.MinuteGrant);
        walk.MinuteToken = session.GetProperty("token").GetString()!;
        var now = await walk.Gateway.CallAsync("acme", "helpdesk", "/orgs/acme/tickets/48213", walk.MinuteToken);
        Walk.Require(now.Status == 200, $"Eve's minute has begun, but her call got {now}.");
    }

    private static async Task KeepACheckpointAsync(Walk walk)
    {
        (await walk.Cli.RunAsync("alan", "audit", "checkpoint", "--out", walk.PinnedFile)).MustExit(0);
        (await walk.Cli.RunAsync("alan", "audit", "vkey", "--out", walk.KeyFile)).MustExit(0);
        walk.Tell($"Alan keeps a checkpoint of {File.ReadLines(walk.PinnedFile).ElementAt(1)} entries");
    }
}
