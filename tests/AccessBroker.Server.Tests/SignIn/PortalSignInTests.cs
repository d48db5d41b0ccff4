using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using AccessBroker.Testing;

namespace AccessBroker.Server.Tests.SignIn;

public sealed class PortalSignInTests(DemoServer demo)
{
    private const string Cookie = "__Host-accessbroker-portal";
    private readonly AccessBrokerFactory _broker = demo.Broker;

    [Fact]
    public async Task SignIn_AsAPersona_SetsASecureHostCookie()
    {
        using var browser = new Browser(_broker.Address);
        var chosen = await browser.GetAsync("/signin?returnUrl=/signed-out");
        var form = chosen.Form("/demo/personas");
        var handOver = await browser.SendAsync(new HttpRequestMessage(HttpMethod.Post, new Uri(_broker.Address, form.Action))
        {
            Content = new FormUrlEncodedContent(form.Hidden.Append(KeyValuePair.Create("persona", "dana"))),
        });
        var code = await browser.SendAsync(new HttpRequestMessage(HttpMethod.Get, handOver.Next));

        var signedIn = await browser.SendAsync(new HttpRequestMessage(HttpMethod.Get, code.Location));

        Assert.Equal(HttpStatusCode.OK, handOver.Status); // a POST that redirected on to a client's address would be stopped by form-action
        Assert.Equal("/signed-out", signedIn.Location!.AbsolutePath);
        var cookie = signedIn.Headers["Set-Cookie"];
        Assert.Contains($"{Cookie}=", cookie, StringComparison.Ordinal);
        foreach (var attribute in new[] { "path=/;", "secure", "samesite=lax", "httponly" }) Assert.Contains(attribute, cookie, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task SignedIn_OpeningAPage_IsNotAskedAgain()
    {
        using var browser = await _broker.InBrowser("priya");

        var page = await browser.GetAsync("/c/requests");

        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Equal("/c/requests", page.Address.AbsolutePath);
    }

    [Fact]
    public async Task SignIn_Recorded_SaysThatItWasADemo()
    {
        using var browser = await _broker.InBrowser("olga");
        using var auditor = await _broker.AsAuditor();

        var entry = await auditor.GetStringAsync($"/api/v1/audit/events/{await LatestAsync(auditor, "customer:globex action:auth.signed-in")}");

        Assert.Contains("demo-persona", entry, StringComparison.Ordinal);
    }

    /// <summary>Index of the newest entry found. The search follows the log within a second.</summary>
    private static async Task<long> LatestAsync(HttpClient auditor, string search)
    {
        for (var i = 0; i < 50; i++)
        {
            var page = await auditor.GetFromJsonAsync<JsonElement>("/api/v1/audit/events?q=" + Uri.EscapeDataString(search));
            if (page.GetProperty("items") is var items && items.GetArrayLength() > 0) return items[0].GetProperty("index").GetInt64();
            await Task.Delay(100);
        }
        throw new InvalidOperationException($"Nothing was found for {search} within 5 s.");
    }

    [Theory]
    [InlineData("//example.com")]
    [InlineData("/\\example.com")]
    [InlineData("https://example.com")]
    [InlineData("javascript:alert(1)")]
    public async Task SignIn_WithAForeignReturnAddress_EndsAtTheFrontPage(string returnUrl)
    {
        using var browser = new Browser(_broker.Address);
        var form = (await browser.GetAsync("/signin?returnUrl=" + Uri.EscapeDataString(returnUrl))).Form("/demo/personas");
        var handOver = await browser.SendAsync(new HttpRequestMessage(HttpMethod.Post, new Uri(_broker.Address, form.Action))
        {
            Content = new FormUrlEncodedContent(form.Hidden.Append(KeyValuePair.Create("persona", "dana"))),
        });
        var code = await browser.SendAsync(new HttpRequestMessage(HttpMethod.Get, handOver.Next));

        var signedIn = await browser.SendAsync(new HttpRequestMessage(HttpMethod.Get, code.Location));

        Assert.Equal(new Uri(_broker.Address, "/"), signedIn.Location);
    }

    [Fact]
    public async Task Callback_InABrowserThatDidNotStart_SignsNobodyIn()
    {
        using var victim = new Browser(_broker.Address);
        using var attacker = new Browser(_broker.Address);
        var form = (await attacker.GetAsync("/signin")).Form("/demo/personas");
        var handOver = await attacker.SendAsync(new HttpRequestMessage(HttpMethod.Post, new Uri(_broker.Address, form.Action))
        {
            Content = new FormUrlEncodedContent(form.Hidden.Append(KeyValuePair.Create("persona", "dana"))),
        });
        var code = await attacker.SendAsync(new HttpRequestMessage(HttpMethod.Get, handOver.Next));

        var page = await victim.GetAsync(code.Location!.PathAndQuery);

        Assert.Equal(HttpStatusCode.BadRequest, page.Status);
        Assert.Contains("Sign in again", page.Html, StringComparison.Ordinal);
        Assert.DoesNotContain(Cookie, victim.Cookies.Keys);
    }

    [Fact]
    public async Task SignIn_AtAnotherNameOfThisMachine_StartsAtThePublicOne()
    {
        using var browser = new Browser(new Uri($"http://127.0.0.1:{_broker.Address.Port}/"));

        var page = await browser.GetAsync("/signin?returnUrl=/c");

        Assert.Equal(new Uri(_broker.Address, "/signin?returnUrl=/c"), page.Location);
    }
}
