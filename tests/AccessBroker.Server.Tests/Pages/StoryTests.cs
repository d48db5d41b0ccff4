using System.Diagnostics;
using System.IO.Compression;
using System.Text.Json;
using System.Text.RegularExpressions;
using AccessBroker.Testing;
using Microsoft.Playwright;

namespace AccessBroker.Server.Tests.Pages;

/// <summary>The main job through the pages, in real browsers, against the real server with a real upstream behind it.</summary>
public sealed class StoryTests
{
    [Fact]
    public async Task Story_AskApproveWorkEndAudit_WorksThroughThePages()
    {
        await using var helpdesk = await HelpdeskUpstream.StartAsync();
        await using var broker = await AccessBrokerFactory.StartAsync(helpdesk.Settings);
        await using var dana = await PersonsBrowser.SignedInAsync(broker.Address, "dana");
        await using var priya = await PersonsBrowser.SignedInAsync(broker.Address, "priya");
        await Assertions.Expect(priya.Page.GetByText("Nobody is waiting for access to your data. Nobody has access now.")).ToBeVisibleAsync();
        await priya.InspectAsync("customer-empty");

        await DanaAsksAsync(dana);
        var approved = await PriyaApprovesWithLessAsync(priya);
        var gateway = await DanaWorksAsync(dana);
        await PriyaWatchesAndEndsAsync(priya, dana, gateway);

        await using var alan = await PersonsBrowser.SignedInAsync(broker.Address, "alan");
        await AlanSearchesAsync(alan);
        await AlanExportsAsync(alan, approved);
        Assert.Equal("", string.Join('\n', dana.Faults.Concat(priya.Faults).Concat(alan.Faults)));
    }

    [Fact]
    public async Task FrontPage_SignedOut_SaysWhatThisIs()
    {
        await using var broker = await AccessBrokerFactory.StartAsync();
        await using var visitor = await PersonsBrowser.OpenAsync(broker.Address);
        await visitor.Page.GotoAsync("/");
        await Assertions.Expect(visitor.Page.Locator("h1")).ToContainTextAsync("unless you said yes");
        await visitor.InspectAsync("front");
        Assert.Equal("", string.Join('\n', visitor.Faults));
    }

    private static async Task DanaAsksAsync(PersonsBrowser dana)
    {
        var page = dana.Page;
        await dana.InspectAsync("engineer-empty");
        await page.GotoAsync("/e/new?ticket=48213");
        await page.ClickAsync("button:text-is('Ask')");
        await Assertions.Expect(page.Locator("[role=alert]")).ToContainTextAsync("reason");
        await dana.InspectAsync("ask-error");

        await page.SelectOptionAsync("#tenant", "acme");
        foreach (var operation in new[] { "app.open", "tickets.read", "tickets.stream" })
            await page.CheckAsync($"[id='o-helpdesk-{operation}']");
        await page.FillAsync("#reason", "Ticket 48213: your orders show twice since Monday; I want to see the ticket and watch it while we try again.");
        await Assertions.Expect(page.Locator("#preview .left")).ToContainTextAsync("Dana Ruiz");
        await Assertions.Expect(page.Locator("#preview .no")).ToContainTextAsync("Change, add or delete anything");
        await dana.InspectAsync("ask-preview");
        await page.ClickAsync("button:text-is('Ask')");
        await page.WaitForURLAsync(new Regex("/e/requests/"));
        await Assertions.Expect(page.GetByText("Waiting for an answer")).ToBeVisibleAsync();
        await dana.InspectAsync("engineer-request-pending");
    }

    /// <returns>The text above the button when she pressed it.</returns>
    private static async Task<string> PriyaApprovesWithLessAsync(PersonsBrowser priya)
    {
        var page = priya.Page;
        await page.GotoAsync("/c/requests");
        await priya.InspectAsync("customer-waiting");
        await page.ClickAsync(".cards h3 a");
        await Assertions.Expect(page.Locator("h1")).ToContainTextAsync("Dana Ruiz");
        foreach (var heading in new[] { "Who", "Why", "What data", "How long", "Safeguards", "Scope hash" })
            await Assertions.Expect(page.Locator("dt", new() { HasTextString = heading }).First).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("#will-not ~ .no")).ToContainTextAsync("See your orders");
        await Assertions.Expect(page.Locator("[data-approve]")).ToHaveTextAsync("Approve 30 minutes, read only");
        await page.CheckAsync("#m15");
        await page.UncheckAsync("input[value='tickets.stream']");
        await Assertions.Expect(page.Locator("[data-approve]")).ToHaveTextAsync("Approve 15 minutes, read only, 2 of 3 kinds of access");
        await Assertions.Expect(page.Locator("#consent-text")).ToContainTextAsync("for 15 minutes from now");
        await Assertions.Expect(page.Locator("[data-approve]")).ToBeEnabledAsync();
        var approved = await page.Locator("#consent-text").EvaluateAsync<string>("p => p.textContent");
        await priya.InspectAsync("approval");
        await page.ClickAsync("[data-approve]");
        await page.WaitForURLAsync(new Regex("/c/grants/"));
        await Assertions.Expect(page.GetByText("Approved for 15 minutes.")).ToBeVisibleAsync();
        await priya.InspectAsync("customer-grant-active");
        return approved;
    }

    /// <returns>The target's page in a window of its own.</returns>
    private static async Task<IPage> DanaWorksAsync(PersonsBrowser dana)
    {
        var page = dana.Page;
        await Assertions.Expect(page.GetByText("Approved with less than you asked for")).ToBeVisibleAsync(); // by itself, live
        await Assertions.Expect(page.GetByText("15 minutes instead of 30 minutes")).ToBeVisibleAsync();
        await dana.InspectAsync("engineer-request-approved");
        await page.ClickAsync("text=Start a session");
        await page.WaitForURLAsync(new Regex("/e/sessions/"));
        await Assertions.Expect(page.Locator("#cli")).ToContainTextAsync("accessbroker curl helpdesk /orgs/acme");
        await dana.InspectAsync("session");
        await page.ClickAsync("text=Show a curl line with a token");
        await Assertions.Expect(page.Locator("#curl")).ToContainTextAsync("Authorization: Bearer ey");

        var gateway = await page.Context.NewPageAsync();
        await gateway.GotoAsync(new Uri(new Uri(page.Url), "/e").ToString());
        await gateway.ClickAsync("text=Go on with the session");
        await gateway.ClickAsync("text=Open in this browser");
        await gateway.WaitForURLAsync(new Regex("^http://acme--helpdesk\\.localhost:"));
        await Assertions.Expect(gateway.Locator("header strong")).ToHaveTextAsync("Northwind Helpdesk");
        return gateway;
    }

    private static async Task PriyaWatchesAndEndsAsync(PersonsBrowser priya, PersonsBrowser dana, IPage gateway)
    {
        var page = priya.Page;
        await Assertions.Expect(page.Locator("[data-timeline]")).ToContainTextAsync("Dana Ruiz: Open the helpdesk's page", new() { Timeout = 10_000 }); // live
        await gateway.GotoAsync(new Uri(new Uri(gateway.Url), "/orgs/acme/orders").ToString());
        await Assertions.Expect(page.Locator("[data-timeline] .blocked").First).ToContainTextAsync("this kind of access was not approved", new() { Timeout = 10_000 });
        await priya.InspectAsync("customer-grant-live");

        var clock = Stopwatch.StartNew();
        await page.ClickAsync("text=End access now");
        await Assertions.Expect(page.GetByText(new Regex("^Ended in [0-9.]+ s\\."))).ToBeVisibleAsync();
        var answer = await gateway.GotoAsync(new Uri(new Uri(gateway.Url), "/orgs/acme/tickets").ToString());
        Assert.True(answer!.Status is 401 or 403, $"After the end the gateway answered {answer.Status}");
        TestContext.Current.TestOutputHelper?.WriteLine($"End to refused: {clock.ElapsedMilliseconds} ms with two page loads");
        await priya.InspectAsync("customer-grant-ended");
        await gateway.CloseAsync();
        await Assertions.Expect(dana.Page.GetByText("This session is over.")).ToBeVisibleAsync(); // live
        await dana.InspectAsync("session-over");
    }

    private static async Task AlanSearchesAsync(PersonsBrowser alan)
    {
        var page = alan.Page;
        await page.WaitForURLAsync(new Regex("/a/events"));
        await alan.InspectAsync("events");
        await page.FillAsync("#q", "customer:acme actor:dana outcome:blocked path:/orgs/acme/orders");
        await page.PressAsync("#q", "Enter");
        await Assertions.Expect(page.Locator("table.events tbody tr").First).ToContainTextAsync("blocked: this kind of access was not approved");
        await alan.InspectAsync("events-found");
        await page.ClickAsync("table.events a.row >> nth=0");
        await Assertions.Expect(page.Locator("pre.body")).ToContainTextAsync("\"kind\":\"http.denied\"");
        await alan.InspectAsync("event");
        await page.GotoAsync("/a/events?q=colour:red");
        await Assertions.Expect(page.Locator(".fault")).ToContainTextAsync("colour");
        await alan.InspectAsync("events-bad-term");
        await page.GotoAsync("/a/events?q=ticket:nothing-has-this");
        await Assertions.Expect(page.GetByText("Nothing matches.")).ToBeVisibleAsync();
    }

    private static async Task AlanExportsAsync(PersonsBrowser alan, string approved)
    {
        var page = alan.Page;
        await page.GotoAsync("/a/export");
        await page.SelectOptionAsync("#tenant", "acme");
        await alan.InspectAsync("export");
        await page.ClickAsync("text=Make the file");
        await Assertions.Expect(page.GetByText("Ready:")).ToBeVisibleAsync(); // the page loads itself again until then
        await alan.InspectAsync("export-done");
        var download = await page.RunAndWaitForDownloadAsync(() => page.ClickAsync("text=Download the file"));
        Assert.StartsWith("evidence-acme-", download.SuggestedFilename, StringComparison.Ordinal);
        using var zip = ZipFile.OpenRead(await download.PathAsync());
        Assert.Contains(zip.Entries, e => e.Name == "manifest.json");
        Assert.Contains(zip.Entries, e => e.Name == "checkpoint");
        using var bodies = new StreamReader(zip.Entries.Single(e => e.Name == "bodies.jsonl").Open());
        var lines = (await bodies.ReadToEndAsync()).Split('\n');
        Assert.Contains(lines, line => line.Contains("\"kind\":\"audit.exported\"", StringComparison.Ordinal));
        using var review = JsonDocument.Parse(Assert.Single(lines, line => line.Contains("\"kind\":\"review.approved\"", StringComparison.Ordinal)));
        Assert.Equal(approved, review.RootElement.GetProperty("shown").GetString()); // word for word what stood above her button
        Assert.True(review.RootElement.GetProperty("shown_confirmed").GetBoolean());
    }
}
