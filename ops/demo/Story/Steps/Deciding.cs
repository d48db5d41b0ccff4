using Story.Calls;

namespace Story.Steps;

/// <summary>The customer shortens, narrows and approves; nobody else can; deciding twice answers what happened.</summary>
internal static class Deciding
{
    /// <summary>The paragraph of the approval page that says word for word what is approved.</summary>
    private const string Consent = "consent-text";

    public static async Task RunAsync(Walk walk)
    {
        var seen = await walk.Cli.JsonAsync("priya", "request", "show", walk.Request);
        var sentences = string.Join("; ", seen.GetProperty("operations").EnumerateArray().Select(o => o.GetProperty("sentence").GetString()));
        walk.Tell($"Priya reads: {seen.GetProperty("requester").GetProperty("name").GetString()} asks to: {sentences}");

        (await walk.Cli.RunAsync("olga", "request", "show", walk.Request)).MustExit(1, "not-found");
        (await walk.Cli.RunAsync("olga", "request", "approve", walk.Request)).MustExit(1, "not-found");
        (await walk.Cli.RunAsync("dana", "request", "approve", walk.Request)).MustExit(5);
        (await walk.Cli.RunAsync("priya", "request", "approve", walk.Request, "--operations", "tickets.read,people.read")).MustExit(1, "scope-widened");

        var grant = await walk.Cli.JsonAsync("priya", "request", "approve", walk.Request, "--for", "15m");
        walk.Grant = grant.GetProperty("id").GetString()!;
        LastsFifteenMinutes(grant);
        walk.Tell($"approved with 15 of the 30 minutes: grant {walk.Grant}");

        var twice = await walk.Cli.RunAsync("paul", "request", "approve", walk.Request);
        Walk.Require(twice.ExitCode != 0 && twice.Error.Contains("Priya", StringComparison.Ordinal), $"Paul, who approves once more, should be told that Priya approved it, but: {twice.Error}");

        await NarrowOnThePageAsync(walk);
        await DenialIsFinalAsync(walk);
        await KeepACheckpointAsync(walk);
    }

    /// <summary>The approval page as Priya's browser gets it: she unticks the stream, chooses 15 minutes and presses the button.</summary>
    private static async Task NarrowOnThePageAsync(Walk walk)
    {
        var browser = new Browser(walk, "priya");
        var address = $"/c/requests/{walk.NarrowedRequest}";
        var page = await browser.GetAsync(address);
        page.Answer.Must(page.Answer.Status == 200 && page.Address.AbsolutePath == address, "show Priya the request after her sign-in");
        foreach (var sentence in (string[])["Eve Larsen", "Ticket 48213: I look over Dana's shoulder", "Will not be able to", "Watch what happens on your tickets while it happens"])
            Walk.Require(page.Text.Contains(sentence, StringComparison.Ordinal), $"{page.Answer.Call} should show Priya \"{sentence}\", but does not.");

        var approve = address + "/approve";
        var form = Browser.FormOf(page, approve);
        Walk.Require(form.Offers("operations", "tickets.stream") && form.Offers("minutes", "15"), $"{page.Answer.Call} should let Priya untick tickets.stream and choose 15 minutes.");
        (string, string)[] chosen = [("minutes", "15"), ("operations", "tickets.read")];
        var forged = await browser.ForgeAsync(approve, [("version", form.Hidden.Single(f => f.Key == "version").Value), .. chosen]);
        forged.Answer.Must(forged.Answer.Status == 400, "refuse a form that a foreign page made up");

        // Without scripts the page cannot show the new text at the click: it shows it once more, and nothing counts before.
        var again = await browser.SubmitAsync(page, approve, chosen);
        again.Answer.Must(again.Answer.Status == 409 && again.Paragraph(Consent) != page.Paragraph(Consent), "show Priya the narrowed text before it counts");
        var approved = await browser.SubmitAsync(again, approve, chosen);
        approved.Answer.Must(approved.Answer.Status == 200 && approved.Address.AbsolutePath.StartsWith("/c/grants/", StringComparison.Ordinal), "show Priya the access that she approved");
        walk.NarrowedGrant = approved.Address.Segments[^1];
        var grant = await walk.Cli.JsonAsync("priya", "grant", "show", walk.NarrowedGrant);
        LastsFifteenMinutes(grant);
        var operations = string.Join(", ", grant.GetProperty("operations").EnumerateArray().Select(o => o.GetProperty("name").GetString()));
        Walk.Require(operations == "tickets.read", $"Priya unticked tickets.stream, but the grant holds {operations}.");
        await StandsInTheLogAsync(walk, again.Paragraph(Consent));
        walk.Tell("on the HTML page Priya drops tickets.stream from Eve's request, and what she read stands in the log word for word");
        walk.Tell("the same form without its hidden token is refused");
    }

    private static async Task StandsInTheLogAsync(Walk walk, string read)
    {
        var trail = await AuditTrail.OpenAsync(walk);
        var until = TimeProvider.System.GetUtcNow() + TimeSpan.FromSeconds(15);
        IReadOnlyList<System.Text.Json.JsonElement> found;
        while ((found = await trail.SearchAsync("acme", $"grant:{walk.NarrowedGrant} action:review.approved")).Count == 0 && TimeProvider.System.GetUtcNow() < until)
            await Task.Delay(250);
        Walk.Require(found.Count == 1, $"Priya's approval of grant {walk.NarrowedGrant} should stand in the log once, but the search finds {found.Count}.");
        var body = await trail.BodyAsync(found[0]);
        Walk.Require(body.GetProperty("shown").GetString()!.Trim() == read && body.GetProperty("shown_confirmed").GetBoolean(),
            $"The log should hold the text that Priya read ({read}), but holds: {body}");
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

    private static async Task KeepACheckpointAsync(Walk walk)
    {
        (await walk.Cli.RunAsync("alan", "audit", "checkpoint", "--out", walk.PinnedFile)).MustExit(0);
        (await walk.Cli.RunAsync("alan", "audit", "vkey", "--out", walk.KeyFile)).MustExit(0);
        walk.Tell($"Alan keeps a checkpoint of {File.ReadLines(walk.PinnedFile).ElementAt(1)} entries");
    }

    private static void LastsFifteenMinutes(System.Text.Json.JsonElement grant)
    {
        var minutes = (grant.GetProperty("notAfter").GetDateTimeOffset() - grant.GetProperty("notBefore").GetDateTimeOffset()).TotalMinutes;
        Walk.Require(Math.Abs(minutes - 15) < 0.1, $"The grant should last 15 minutes, but lasts {minutes}.");
    }
}
