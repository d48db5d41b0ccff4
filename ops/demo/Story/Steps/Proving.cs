using Story.Calls;
using Story.Tampering;

namespace Story.Steps;

/// <summary>7: what the customer takes away proves itself, by two verifiers, offline; one flipped byte is named.</summary>
internal static class Proving
{
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

        foreach (var flip in ByteFlip.All)
        {
            var copy = flip.Apply(walk.BundleFolder, Path.Combine(walk.Options.Work, "flipped"));
            walk.Tell($"{flip.Name}: {await verifiers.ExpectBrokenAsync(copy, flip)}");
        }
    }

    private static async Task SearchAsync(Walk walk)
    {
        var revoked = await walk.Cli.JsonAsync("alan", "audit", "search", "--tenant", "acme", $"grant:{walk.Grant}");
        var kinds = revoked.GetProperty("items").EnumerateArray().Select(e => e.GetProperty("kind").GetString()).ToHashSet();
        string[] expected = ["grant.created", "http.intent", "http.outcome", "grant.revoked"];
        Walk.Require(expected.All(kinds.Contains), $"A search for the grant should find {string.Join(", ", expected)}, but found {string.Join(", ", kinds)}.");

        var signIns = await walk.Cli.JsonAsync("alan", "audit", "search", "--tenant", "acme", "action:auth.signed-in");
        var index = signIns.GetProperty("items").EnumerateArray().First().GetProperty("index").GetInt64();
        var entry = await walk.Cli.JsonAsync("alan", "audit", "show", index.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Walk.Require(entry.GetProperty("body").GetString()!.Contains("demo", StringComparison.Ordinal), $"A demo sign-in should be marked as one: {entry.GetProperty("body")}");

        (await walk.Cli.RunAsync("dana", "audit", "export", "--tenant", "acme", "--out", Path.Combine(walk.Options.Work, "not-hers"))).MustExit(1, "not-found");
        walk.Tell($"Alan finds {kinds.Count} kinds of entries of the grant; Dana may not export them");
    }
}
