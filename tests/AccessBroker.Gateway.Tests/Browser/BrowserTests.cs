using System.Net;

namespace AccessBroker.Gateway.Tests.Browser;

public sealed class BrowserTests(GatewayWorld world) : IClassFixture<GatewayWorld>
{
    private static CancellationToken Cancel => GatewayWorld.Cancel;

    private async Task<string> CookieAsync(string engineer)
    {
        var session = await world.SessionAsync(engineer);
        using var client = world.Client();
        using var entered = await client.GetAsync(await world.BrowserAddressAsync(session, engineer), Cancel);
        Assert.Equal(HttpStatusCode.SeeOther, entered.StatusCode);
        Assert.Equal("/orgs/acme/tickets", entered.Headers.Location!.ToString());
        var cookie = entered.Headers.GetValues("Set-Cookie").Single();
        foreach (var attribute in new[] { "__Host-accessbroker=", "secure", "httponly", "samesite=lax", "path=/" })
            Assert.Contains(attribute, cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("domain", cookie, StringComparison.OrdinalIgnoreCase);
        return cookie.Split(';')[0];
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string cookie, params (string Name, string Value)[] headers)
    {
        using var client = world.Client();
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Add("Cookie", cookie);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return await client.SendAsync(request, Cancel);
    }

    [Fact]
    public async Task Enter_OneTimeCode_OpensTheTargetAndNeverReachesIt()
    {
        var cookie = await CookieAsync("engineer0");
        using var page = await SendAsync(HttpMethod.Get, "/orgs/acme/tickets", cookie);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.DoesNotContain(world.Upstream.Requests, r => r.Target.Contains(".accessbroker", StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain(world.Upstream.Requests, r => r["Cookie"]?.Contains("accessbroker", StringComparison.Ordinal) == true);
    }

    [Fact]
    public async Task Enter_CodeUsedTwice_IsRefused()
    {
        var session = await world.SessionAsync("engineer1");
        var address = await world.BrowserAddressAsync(session, "engineer1");
        using var client = world.Client();
        using var first = await client.GetAsync(address, Cancel);
        using var second = await client.GetAsync(address, Cancel);
        Assert.Equal(HttpStatusCode.SeeOther, first.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, second.StatusCode);
        Assert.False(second.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task Cookie_AtAnotherCustomersHost_IsRefused()
    {
        var cookie = await CookieAsync("engineer2");
        using var client = world.Client(host: $"globex--helpdesk.localhost:{world.Port}");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/orgs/globex/tickets");
        request.Headers.Add("Cookie", cookie);
        using var response = await client.SendAsync(request, Cancel);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task Cookie_EditedOrTwice_IsRefused()
    {
        var cookie = await CookieAsync("engineer3");
        using var edited = await SendAsync(HttpMethod.Get, "/orgs/acme/tickets", cookie[..^2] + (cookie[^2] == 'A' ? "B" : "A") + cookie[^1]);
        Assert.Equal(HttpStatusCode.Unauthorized, edited.StatusCode);
        using var twice = await SendAsync(HttpMethod.Get, "/orgs/acme/tickets", cookie + "; " + cookie);
        Assert.Equal(HttpStatusCode.Unauthorized, twice.StatusCode);
    }

    [Fact]
    public async Task Post_ByCookie_OnlyFromItsOwnPages()
    {
        var cookie = await CookieAsync("engineer4");
        using var own = await SendAsync(HttpMethod.Post, "/orgs/acme/tickets/7", cookie, ("Origin", world.Origin));
        Assert.Equal(HttpStatusCode.OK, own.StatusCode);
        foreach (var origin in new[] { "null", "https://evil.example", $"http://globex--helpdesk.localhost:{world.Port}" })
        {
            using var foreign = await SendAsync(HttpMethod.Post, "/orgs/acme/tickets/8", cookie, ("Origin", origin));
            Assert.Equal(HttpStatusCode.Forbidden, foreign.StatusCode);
        }

        using var silent = await SendAsync(HttpMethod.Post, "/orgs/acme/tickets/8", cookie);
        Assert.Equal(HttpStatusCode.Forbidden, silent.StatusCode);
        Assert.DoesNotContain(world.Upstream.Requests, r => r.Target.EndsWith("/8", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Leave_EndsTheSession()
    {
        var cookie = await CookieAsync("engineer5");
        using var asked = await SendAsync(HttpMethod.Get, "/.accessbroker/leave", cookie);
        Assert.Contains("<form method=\"post\">", await asked.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        using var foreign = await SendAsync(HttpMethod.Post, "/.accessbroker/leave", cookie, ("Origin", "https://evil.example"));
        Assert.Equal(HttpStatusCode.Forbidden, foreign.StatusCode);
        using var left = await SendAsync(HttpMethod.Post, "/.accessbroker/leave", cookie, ("Origin", world.Origin));
        Assert.Equal(HttpStatusCode.OK, left.StatusCode);
        Assert.Contains("expires=Thu, 01 Jan 1970", left.Headers.GetValues("Set-Cookie").Single(), StringComparison.Ordinal);
        using var after = await SendAsync(HttpMethod.Get, "/orgs/acme/tickets", cookie);
        Assert.Equal(HttpStatusCode.Forbidden, after.StatusCode);
    }

    [Theory]
    [InlineData("/.accessbroker/other")]
    [InlineData("/.AccessBroker/enter")]
    [InlineData("/%2eaccessbroker/other")]
    public async Task OwnPrefix_AnySpelling_NeverReachesTheUpstream(string path)
    {
        var answer = await world.RawAsync($"GET {path} HTTP/1.1\r\nHost: {world.Host}\r\nConnection: close\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 404", answer, StringComparison.Ordinal);
        Assert.DoesNotContain(world.Upstream.Requests, r => r.Target.Contains("other", StringComparison.Ordinal));
    }

    [Fact]
    public async Task OtherHosts_AreNotTheGateways()
    {
        using var client = world.Client(host: $"localhost:{world.Port}");
        Assert.Equal("portal", await client.GetStringAsync("/", Cancel));
    }
}
