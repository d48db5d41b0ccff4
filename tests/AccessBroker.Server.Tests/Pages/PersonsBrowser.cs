using System.Collections.Concurrent;
using AccessBroker.Testing;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace AccessBroker.Server.Tests.Pages;

/// <summary>
/// A person at a real chromium. <see cref="InspectAsync"/> holds what every page must hold: no CSP violation, no axe violation,
/// no sideways scroll, at 320 and 1280 px, light and dark; and keeps the screenshots under <c>artifacts/screenshots</c>, but where <c>CI</c> is set.
/// All of it is gathered in <see cref="Faults"/>, which the test asserts to be empty at its end.
/// </summary>
internal sealed class PersonsBrowser : IAsyncDisposable
{
    private const string Chromium = "/usr/bin/chromium";
    private static readonly bool SomebodyLooks = Environment.GetEnvironmentVariable("CI") is null or "";
    private static readonly string Screenshots = Directory.CreateDirectory(Repository.File("artifacts/screenshots")).FullName;

    /// <summary>Dark pages differ from light ones by their colours, and by nothing else that axe looks at.</summary>
    private static readonly AxeRunOptions ColorsAlone = new() { RunOnly = RunOnlyOptions.Rules("color-contrast", "link-in-text-block") };
    private readonly IPlaywright _playwright;
    private readonly IBrowserContext _context;
    private readonly string _profile;
    private readonly ConcurrentQueue<string> _violations = new();

    private PersonsBrowser(IPlaywright playwright, IBrowserContext context, string profile, IPage page) =>
        (_playwright, _context, _profile, Page) = (playwright, context, profile, page);

    public IPage Page { get; }

    /// <summary>Everything that was wrong with the pages this person saw.</summary>
    public IReadOnlyList<string> Faults => [.. _violations];

    /// <summary>Signs in as a persona through the pages, and arrives in the person's room.</summary>
    public static async Task<PersonsBrowser> SignedInAsync(Uri broker, string persona, bool scripts = true)
    {
        var browser = await OpenAsync(broker, scripts);
        await browser.Page.GotoAsync("/");
        await browser.Page.ClickAsync("main a[href='/signin']");
        await browser.Page.ClickAsync($"button[value={persona}]");
        await browser.Page.WaitForSelectorAsync(".bar .person");
        return browser;
    }

    public static async Task<PersonsBrowser> OpenAsync(Uri broker, bool scripts = true)
    {
        Assert.SkipUnless(File.Exists(Chromium), "Chromium is not installed (apt-get install chromium).");
        var playwright = await Playwright.CreateAsync();
        var profile = Directory.CreateTempSubdirectory("chromium-").FullName;
        var context = await playwright.Chromium.LaunchPersistentContextAsync(profile, new()
        {
            ExecutablePath = Chromium,
            Headless = true,
            ChromiumSandbox = false,
            Args = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
            BaseURL = broker.GetLeftPart(UriPartial.Authority),
            JavaScriptEnabled = scripts,
            ViewportSize = new() { Width = 1280, Height = 900 },
            TimezoneId = "Europe/Vienna",
        });
        context.SetDefaultTimeout(30_000);
        var page = context.Pages.Count > 0 ? context.Pages[0] : await context.NewPageAsync();
        var browser = new PersonsBrowser(playwright, context, profile, page);
        page.Console += (_, message) =>
        {
            if (message.Text.Contains("Content Security Policy", StringComparison.OrdinalIgnoreCase) || message.Text.Contains("Trusted", StringComparison.Ordinal))
                browser._violations.Enqueue($"{page.Url}: {message.Text}");
        };
        page.PageError += (_, error) => browser._violations.Enqueue($"{page.Url}: {error}");
        return browser;
    }

    public async Task InspectAsync(string name)
    {
        foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            await Page.EmulateMediaAsync(new() { ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce });
            foreach (var width in new[] { 1280, 320 })
            {
                await Page.SetViewportSizeAsync(width, 900);
                var shot = $"{name}-{width}-{scheme}".ToLowerInvariant();
                if (SomebodyLooks)
                    await Page.ScreenshotAsync(new() { Path = Path.Combine(Screenshots, shot + ".png"), FullPage = true });
                var overflow = await Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - document.documentElement.clientWidth");
                if (overflow > 0)
                    _violations.Enqueue($"{shot}: {overflow} px wider than the window");
                foreach (var violation in (await Page.RunAxe(scheme == ColorScheme.Light ? null : ColorsAlone)).Violations)
                    _violations.Enqueue($"{shot}: axe {violation.Id}: {violation.Help}: {string.Join(" | ", violation.Nodes.Take(3).Select(n => n.Html))}");
            }
        }
        await Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
        await Page.SetViewportSizeAsync(1280, 900);
    }

    public async ValueTask DisposeAsync()
    {
        await _context.DisposeAsync();
        _playwright.Dispose();
        try
        {
            Directory.Delete(_profile, recursive: true);
        }
        catch (IOException)
        {
            // chromium writes its last files a moment after it ended; the folder is the system's temporary one
        }
    }
}
