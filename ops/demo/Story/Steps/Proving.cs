using Story.Calls;
using Story.Tampering;

namespace Story.Steps;

/// <summary>What the customer takes away proves itself, by two verifiers, offline; one flipped byte is named.</summary>
internal static class Proving
{
    private const int LongestFact = 150;

    public static async Task RunAsync(Walk walk)
    {
        await SearchAsync(walk);

        (await walk.Cli.RunAsync("alan", "audit", "export", "--tenant", "acme", "--pinned", walk.PinnedFile, "--out", walk.BundleFolder)).MustExit(0);
        var verifiers = new Verifiers(walk);
        await verifiers.ExpectVerifiedAsync("bundle", walk.BundleFolder);
        walk.Tell($"bundle of {new FileInfo(Path.Combine(walk.BundleFolder, "headers.bin")).Length / 160} entries verified by accessbroker verify and by verify.cs");

        var all = Path.Combine(walk.Options.Out, "all");
        (await walk.Cli.RunAsync("alan", "audit", "export-log", "--out", all)).MustExit(0);
        await verifiers.ExpectVerifiedAsync("log", all);
        walk.Tell($"whole log of {new FileInfo(Path.Combine(all, "all-headers.bin")).Length / 160} headers verified, too");
        await FlipAsync(walk, verifiers);
    }

    /// <summary>One byte of a copy is changed, at a place drawn anew each time; both verifiers must name that place.</summary>
    private static async Task FlipAsync(Walk walk, Verifiers verifiers)
    {
        await verifiers.BuildAloneAsync();
        var copy = Path.Combine(walk.Options.Work, "flipped");
        foreach (var flip in ByteFlip.All)
        {
            var flipped = flip.Apply(walk.BundleFolder, copy);
            var said = $"flipped {flipped.Place}: {await verifiers.ExpectBrokenAsync(copy, flipped)}";
            walk.Tell(said.Length > LongestFact ? said[..LongestFact] + "…" : said);
        }
        var edited = ByteFlip.ApplyToTable(walk.BundleFolder, copy);
        walk.Tell($"flipped {edited.Place}, file hash corrected: {await verifiers.ExpectTableBrokenAsync(copy, edited)}; verify.cs says that it does not check the table");
    }

    private static async Task SearchAsync(Walk walk)
    {
        var trail = await AuditTrail.OpenAsync(walk);
        var kinds = (await trail.SearchAsync("acme", $"grant:{walk.Grant}")).Select(e => e.GetProperty("kind").GetString()).ToHashSet();
        string[] expected = ["grant.created", "http.intent", "http.outcome", "http.denied", "grant.revoked"];
        Walk.Require(expected.All(kinds.Contains), $"A search for the grant should find {string.Join(", ", expected)}, but found {string.Join(", ", kinds)}.");
        (await walk.Cli.RunAsync("alan", "audit", "search", "--tenant", "acme", $"grant:{walk.Grant}")).MustExit(0);

        await MarkedAsync(trail, "acme", "Priya Nair", "Paul Weber");
        await MarkedAsync(trail, "globex", "Olga Novak");
        await MarkedAsync(trail, "_system", "Dana Ruiz", "Eve Larsen", "Alan Osei", "Ada Byrne");

        (await walk.Cli.RunAsync("dana", "audit", "export", "--tenant", "acme", "--out", Path.Combine(walk.Options.Work, "not-hers"))).MustExit(1, "not-found");
        walk.Tell($"Alan finds {kinds.Count} kinds of entries of the grant, and all sign-ins marked as a demo's; Dana may not export them");
    }

    /// <summary>Whoever signed in as a persona can never be taken for somebody who proved who they are.</summary>
    private static async Task MarkedAsync(AuditTrail trail, string tenant, params string[] people)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var found in await trail.SearchAsync(tenant, "action:auth.signed-in"))
        {
            var body = await trail.BodyAsync(found);
            Walk.Require(body.GetProperty("sign_in").GetString() == "demo-persona", $"Each sign-in of the demo should say demo-persona, but entry {found.GetProperty("index")} says: {body}");
            seen.Add(found.GetProperty("actor").GetProperty("name").GetString()!);
        }
        var missing = people.Where(p => !seen.Contains(p)).ToList();
        Walk.Require(missing.Count == 0, $"The trail {tenant} should hold the sign-ins of {string.Join(", ", people)}, but lacks {string.Join(", ", missing)}.");
    }
}
