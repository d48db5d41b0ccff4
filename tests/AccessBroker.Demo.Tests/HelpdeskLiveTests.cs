using System.Diagnostics;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Microsoft.Playwright;

namespace AccessBroker.Demo.Tests;

/// <summary>What stays open: the event stream, the chat, and the page that shows both.</summary>
public sealed class HelpdeskLiveTests(HelpdeskProcess helpdesk)
{
    [Fact]
    public async Task Stream_Open_SendsANumberedEventEachHalfSecond()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await using var stream = await helpdesk.Client.GetStreamAsync("/orgs/globex/tickets/stream", patience.Token);
        var watch = Stopwatch.StartNew();

        var ids = await SseParser.Create(stream).EnumerateAsync(patience.Token).Take(4).Select(item => item.EventId).ToListAsync();

        Assert.Equal(["1", "2", "3", "4"], ids);
        Assert.InRange(watch.Elapsed, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Stream_TicketCommented_SaysSoToItsOrganisationOnly()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await using var acme = await helpdesk.Client.GetStreamAsync("/orgs/acme/tickets/stream", patience.Token);
        await using var globex = await helpdesk.Client.GetStreamAsync("/orgs/globex/tickets/stream", patience.Token);
        var acmeEvents = SseParser.Create(acme).EnumerateAsync(patience.Token);
        var globexEvents = SseParser.Create(globex).EnumerateAsync(patience.Token);

        using var answer = await helpdesk.Client.PostAsJsonAsync("/orgs/acme/tickets/48161/comments", new { text = "The access point is found." });
        answer.EnsureSuccessStatusCode();

        var commented = await acmeEvents.FirstAsync(item => item.EventType == "commented" && item.Data.Contains("48161"));
        Assert.Contains("wrote a comment", commented.Data, StringComparison.Ordinal);
        Assert.DoesNotContain("48161", string.Join('\n', await globexEvents.Take(3).Select(item => item.Data).ToListAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Chat_MessageSent_IsEchoedAndThereForWhoJoinsLater()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var first = await JoinAsync(patience.Token);
        await first.SendAsync("Printer 07 runs again."u8.ToArray(), WebSocketMessageType.Text, true, patience.Token);
        var echoed = await ReceiveUntilAsync(first, "Printer 07 runs again.", patience.Token);
        await first.CloseAsync(WebSocketCloseStatus.NormalClosure, null, patience.Token);

        using var second = await JoinAsync(patience.Token);
        var stored = await ReceiveUntilAsync(second, "Printer 07 runs again.", patience.Token);

        Assert.Equal("Northwind Support", echoed.GetProperty("author").GetString());
        Assert.Equal(echoed.GetProperty("id").GetInt64(), stored.GetProperty("id").GetInt64());
    }

    [Fact]
    public async Task Chat_MessageTooLong_ClosesWithThatReason()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var socket = await JoinAsync(patience.Token);
        await socket.SendAsync(new byte[5000], WebSocketMessageType.Text, true, patience.Token);

        var buffer = new byte[8192];
        while ((await socket.ReceiveAsync(buffer, patience.Token)).MessageType != WebSocketMessageType.Close)
        {
            // The stored messages come first.
        }
        Assert.Equal(WebSocketCloseStatus.MessageTooBig, socket.CloseStatus);
    }

    [Fact]
    public async Task Page_AskedForByItself_HoldsNoTicketAndLoadsNothingForeign()
    {
        using var answer = await helpdesk.Client.GetAsync("/orgs/acme/");
        var html = await answer.Content.ReadAsStringAsync();

        Assert.Contains("Acme Corp", html, StringComparison.Ordinal);
        Assert.DoesNotContain("48213", html, StringComparison.Ordinal);
        Assert.DoesNotContain("//", html, StringComparison.Ordinal);
        Assert.StartsWith("default-src 'none'", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_InABrowser_ShowsTicketsAndFollowsTheStream()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/chromium"), "Chromium is not installed (Debian package chromium).");
        var profile = Directory.CreateTempSubdirectory("chromium-").FullName;
        using var playwright = await Playwright.CreateAsync();
        await using (var browser = await playwright.Chromium.LaunchPersistentContextAsync(profile, new()
        {
            ExecutablePath = "/usr/bin/chromium",
            Headless = true,
            ChromiumSandbox = false,
            Args = ["--disable-gpu", "--no-first-run", "--disable-background-networking"],
            ExtraHTTPHeaders = [new("Authorization", $"Bearer {HelpdeskProcess.Credential}")],
        }))
        {
            var page = browser.Pages[0];
            var errors = new List<string>();
            page.Console += (_, message) => { if (message.Type == "error") errors.Add(message.Text); };

            await page.GotoAsync($"{helpdesk.Address}orgs/acme/");
            await page.GetByRole(AriaRole.Link, new() { Name = "48213" }).ClickAsync();
            await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("Labels for order 881");
            await Assertions.Expect(page.GetByRole(AriaRole.Link, new() { Name = "wh2-label-07.log" })).ToBeVisibleAsync();

            await page.GetByRole(AriaRole.Button, new() { Name = "Start" }).ClickAsync();
            await Assertions.Expect(page.Locator("#live-state")).ToContainTextAsync("unsolved");
            if (Environment.GetEnvironmentVariable("ACCESSBROKER_SCREENSHOTS") is { } folder)
                await page.ScreenshotAsync(new() { Path = Path.Combine(folder, "helpdesk.png") });
            Assert.Empty(errors);
        }
        Directory.Delete(profile, recursive: true);
    }

    private async Task<ClientWebSocket> JoinAsync(CancellationToken patience)
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", $"Bearer {HelpdeskProcess.Credential}");
        await socket.ConnectAsync(new UriBuilder(helpdesk.Address) { Scheme = "ws", Path = "/orgs/acme/chat" }.Uri, patience);
        return socket;
    }

    private static async Task<JsonElement> ReceiveUntilAsync(WebSocket socket, string text, CancellationToken patience)
    {
        var buffer = new byte[8192];
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer, patience);
            var message = JsonElement.Parse(Encoding.UTF8.GetString(buffer, 0, part.Count));
            if (message.GetProperty("text").GetString() == text)
                return message;
        }
    }
}
