using Story.Calls;
using Story.Tampering;

namespace Story.Steps;

/// <summary>Whatever the grant does not allow is refused with a problem that says why, never reaches the upstream, and is recorded.</summary>
internal static class Refusing
{
    private const string Ticket = "/orgs/acme/tickets/48213";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    // A marker in each path would change what is tested: the upstream's log is counted instead.
    private static readonly (string Path, string Problem)[] Paths =
    [
        ("/orgs/acme/people", "operation-not-granted"),
        ("/orgs/acme/no-such-thing", "unmapped-route"),
        ("/orgs/globex/tickets", "other-tenant"),
        ("/orgs/acme/../globex/tickets", "ambiguous-path"),
        ("/orgs/acme/%2e%2e/globex/tickets", "ambiguous-path"),
        ("/orgs/acme/..%2fglobex/tickets", "ambiguous-path"),
        ("/orgs/acme/%252e%252e/globex/tickets", "ambiguous-path"),
        ("/orgs//acme/tickets", "ambiguous-path"),
        ("/orgs/acme/tickets%5c..%5c48213", "ambiguous-path"),
        ("/orgs/acme/tickets?everything=1", "query-not-declared"),
    ];

    public static async Task RunAsync(Walk walk)
    {
        var refusals = new Refusals(walk);
        foreach (var (path, problem) in Paths)
            await refusals.ExpectAsync(problem, path, walk.Token);
        await refusals.ExpectAsync("operation-not-granted", Ticket, walk.Token, HttpMethod.Patch);
        await refusals.ExpectAsync("no-token", Ticket, token: null);
        await refusals.ExpectAsync("token-invalid", Ticket, Edited(walk.Token, part: 1));
        await refusals.ExpectAsync("token-invalid", Ticket, Edited(walk.Token, part: 2));
        await refusals.ExpectAsync("token-for-other-target", "/orgs/globex/tickets", walk.Token, tenant: "globex");
        if (walk.Options.HasCalendar) await refusals.ExpectAsync("token-for-other-target", "/acme/support/", walk.Token, target: "calendar");
        (await walk.Cli.RunAsync("dana", "curl", "helpdesk", "/orgs/acme/people")).MustExit(8, "operation-not-granted");

        var eve = (await walk.Cli.JsonAsync("eve", "session", "start", walk.NarrowedGrant)).GetProperty("token").GetString()!;
        await refusals.ExpectAsync("operation-not-granted", "/orgs/acme/tickets/stream", eve);
        await EditedGrantAsync(walk, refusals, eve);
        await refusals.AllRecordedAsync();
        foreach (var kind in refusals.Problems.GroupBy(p => p, StringComparer.Ordinal))
            walk.Tell($"{kind.Key}: {kind.Count()} refused, none reached the helpdesk, each is an entry of its own");

        await InsertedGrantAsync(walk);
    }

    /// <summary>Somebody who can write the database gives Eve more time.</summary>
    private static async Task EditedGrantAsync(Walk walk, Refusals refusals, string token)
    {
        var before = await walk.Gateway.CallAsync("acme", "helpdesk", Ticket, token);
        before.Must(before.Status == 200, "be served while the row is what was approved");

        using (new DatabaseFile(walk.Options.Database).LengthenGrant(walk.NarrowedGrant, TimeSpan.FromHours(8)))
        {
            var until = TimeProvider.System.GetUtcNow() + Patience;
            while ((await walk.Gateway.CallAsync("acme", "helpdesk", Ticket, token)).Problem != "not-in-log" && TimeProvider.System.GetUtcNow() < until)
                await Task.Delay(200);
            refusals.Served();
            await refusals.ExpectAsync("not-in-log", Ticket, token);
        }
    }

    /// <summary>Somebody who can write the database gives Dana a grant that nobody approved.</summary>
    private static async Task InsertedGrantAsync(Walk walk)
    {
        using (new DatabaseFile(walk.Options.Database).InsertCopyOfGrant(walk.Grant, out var forged))
        {
            var start = await walk.Cli.RunAsync("dana", "session", "start", forged);
            Walk.Require(start.ExitCode != 0 && start.Code == "not-in-log", $"\"{start.Line}\" uses a grant inserted into the database and should be refused as not-in-log, but exited with {start.ExitCode}: {start.Out}{start.Error}");
            await DenialStandsAsync(walk, forged);
        }
        walk.Tell("a grant edited in the database and one inserted into it are refused as not-in-log, and both refusals are recorded");
    }

    private static async Task DenialStandsAsync(Walk walk, string grant)
    {
        var trail = await AuditTrail.OpenAsync(walk);
        for (var until = TimeProvider.System.GetUtcNow() + Patience; ; await Task.Delay(250))
        {
            foreach (var denied in await trail.SearchAsync("acme", $"grant:{grant} action:session.denied"))
            {
                var reason = (await trail.BodyAsync(denied)).GetProperty("reason").GetString();
                Walk.Require(reason == "not-in-log", $"The inserted grant {grant} was refused as not-in-log, but its entry says {reason}.");
                return;
            }
            Walk.Require(TimeProvider.System.GetUtcNow() < until, $"The inserted grant {grant} was refused, but acme's trail has no session.denied of it.");
        }
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
