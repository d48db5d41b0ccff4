using AccessBroker.Contracts;

namespace AccessBroker.Gateway.Tests.Requests;

/// <summary>Bytes on a socket, as an attacker with a valid token would send them.</summary>
public sealed class HostileRequestTests(HostileRequestTests.World world) : IClassFixture<HostileRequestTests.World>
{
    public sealed class World : IAsyncLifetime
    {
        public GatewayWorld Gateway { get; } = new();

        public SessionToken Session { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            await Gateway.InitializeAsync();
            Session = await Gateway.SessionAsync(operations: ["tickets.read", "tickets.write", "calendar.read"]);
        }

        public ValueTask DisposeAsync() => Gateway.DisposeAsync();
    }

    private GatewayWorld Gateway => world.Gateway;

    [Theory]
    [InlineData("GET", "/orgs/acme/..%2fglobex/tickets", 400, "ambiguous-path")]
    [InlineData("GET", "/orgs/acme/%2e%2e/globex/tickets", 400, "ambiguous-path")]
    [InlineData("GET", "/orgs/acme/../globex/tickets", 400, "ambiguous-path")]
    [InlineData("GET", "/orgs/acme/..;/globex/tickets", 400, "ambiguous-path")]
    [InlineData("GET", "/orgs/acme/%252e%252e/globex/tickets", 400, "ambiguous-path")]
    [InlineData("GET", "/orgs/acme%2ftickets", 400, "ambiguous-path")]
    [InlineData("GET", "/orgs/acme%5ctickets", 400, "ambiguous-path")]
    [InlineData("GET", "/orgs/acme//tickets", 400, "ambiguous-path")]
    [InlineData("GET", "/orgs/acme/tickets/%0d%0aX:1", 400, "ambiguous-path")]
    [InlineData("GET", "/orgs/acme/tickets/%c0%af", 400, "ambiguous-path")]
    [InlineData("GET", "/orgs/acme/Tickets/7", 400, "ambiguous-path")]
    [InlineData("GET", "/orgs/acme/tickets/Stream", 400, "ambiguous-path")]
    [InlineData("GET", "/orgs/acme/tickets?q=1&q=2", 400, "ambiguous-request")]
    [InlineData("GET", "/orgs/acme/tickets?q=1;x=2", 400, "ambiguous-request")]
    [InlineData("OPTIONS", "*", 400, "ambiguous-request")]
    [InlineData("GET", "http://{host}/orgs/acme/tickets", 400, "ambiguous-request")]
    [InlineData("GET", "/orgs/globex/tickets", 403, "other-tenant")]
    [InlineData("GET", "/orgs/ACME/tickets", 403, "other-tenant")]
    [InlineData("GET", "/admin", 403, "unmapped-route")]
    [InlineData("DELETE", "/orgs/acme/tickets/7", 403, "unmapped-route")]
    [InlineData("GET", "/orgs/acme/files/download", 403, "operation-not-granted")]
    [InlineData("GET", "/orgs/acme/tickets/stream", 403, "operation-not-granted")]
    [InlineData("GET", "/orgs/acme/tickets?tenant=globex", 403, "query-not-declared")]
    [InlineData("TRACE", "/orgs/acme/tickets", 403, "unsupported")]
    public async Task Request_Hostile_IsRefusedRecordedAndNotForwarded(string method, string target, int status, string code)
    {
        var before = Gateway.Upstream.Requests.Count;
        var answer = await SendAsync(method, target.Replace("{host}", Gateway.Host, StringComparison.Ordinal), "");

        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        Assert.Contains("application/problem+json", answer, StringComparison.Ordinal);
        Assert.Contains($"urn:accessbroker:problem:{code}\"", answer, StringComparison.Ordinal);
        Assert.Equal(before, Gateway.Upstream.Requests.Count);
        var denied = (await Gateway.EntriesAsync()).Last(e => e.Kind == "http.denied");
        Assert.Equal(code, denied["reason"]);
        Assert.Equal("acme", denied["tenant"]);
        Assert.Equal(world.Session.Session.Id.ToString(), denied["session"]);
        Assert.Contains(denied.Id.ToString(), answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Upgrade: h2c\r\nConnection: Upgrade\r\n", "unsupported")]
    [InlineData("Upgrade: websocket\r\nConnection: Upgrade\r\n", "unsupported")]
    [InlineData("Content-Type: application/grpc\r\n", "unsupported")]
    [InlineData("Service-Worker: script\r\n", "unsupported")]
    [InlineData("Destination: /orgs/globex/tickets/1\r\n", "unsupported")]
    [InlineData("Depth: infinity\r\n", "unsupported")]
    [InlineData("Authorization: Bearer other\r\n", "token-invalid")]
    public async Task Request_HostileHeader_IsRefused(string header, string code)
    {
        var before = Gateway.Upstream.Requests.Count;
        var answer = await SendAsync("GET", "/orgs/acme/tickets/7", header);
        Assert.Contains($"urn:accessbroker:problem:{code}\"", answer, StringComparison.Ordinal);
        Assert.Equal(before, Gateway.Upstream.Requests.Count);
    }

    [Theory]
    // What the server itself refuses before it hands the request on.
    [InlineData("GET /orgs/acme/tickets HTTP/1.1\r\nHost: {host}\r\nHost: globex--helpdesk.localhost\r\n")]
    [InlineData("GET http://globex--helpdesk.localhost/orgs/globex/tickets HTTP/1.1\r\nHost: {host}\r\n")]
    [InlineData("GET /orgs/acme/tickets%00 HTTP/1.1\r\nHost: {host}\r\n")]
    [InlineData("GET /orgs/acme/tick\0ets HTTP/1.1\r\nHost: {host}\r\n")]
    [InlineData("POST /orgs/acme/tickets/7 HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: xchunked\r\n")]
    [InlineData("POST /orgs/acme/tickets/7 HTTP/1.1\r\nHost: {host}\r\nContent-Length: 4\r\nContent-Length: 5\r\n")]
    [InlineData("POST /orgs/acme/tickets/7 HTTP/1.1\r\nHost: {host}\r\nContent-Length: -1\r\n")]
    [InlineData("GET /orgs/acme/tickets HTTP/1.1\r\nHost: {host}\r\nX-A : b\r\n")]
    public async Task Request_Malformed_NeverReachesTheUpstream(string head)
    {
        var before = Gateway.Upstream.Requests.Count;
        var answer = await Gateway.RawAsync(
            head.Replace("{host}", Gateway.Host, StringComparison.Ordinal) + $"Authorization: Bearer {world.Session.Token}\r\nConnection: close\r\n\r\n0\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 4", answer, StringComparison.Ordinal);
        Assert.Equal(before, Gateway.Upstream.Requests.Count);
    }

    [Fact]
    public async Task Request_TwoBodyLengths_NothingIsSmuggled()
    {
        var before = Gateway.Upstream.Requests.Count;
        await Gateway.RawAsync(
            $"POST /orgs/acme/tickets/7 HTTP/1.1\r\nHost: {Gateway.Host}\r\nAuthorization: Bearer {world.Session.Token}\r\nContent-Length: 50\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "0\r\n\r\nGET /orgs/globex/tickets HTTP/1.1\r\nHost: x\r\n\r\n");
        Assert.DoesNotContain(Gateway.Upstream.Requests.Skip(before), r => r.Target.Contains("globex", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/orgs/acme/cal/1.ics", true)]
    [InlineData("{origin}/orgs/acme/cal/1.ics", true)]
    [InlineData("/orgs/globex/cal/1.ics", false)]
    [InlineData("/orgs/acme/../globex/cal/1.ics", false)]
    [InlineData("/orgs/acme/%2e%2e/globex/1.ics", false)]
    [InlineData("http://127.0.0.1:9/orgs/acme/cal/1.ics", false)]
    [InlineData("../../globex/cal/1.ics", false)]
    public async Task Report_HrefInBody_MustBeOfTheCustomer(string href, bool passes)
    {
        var body = $"<?xml version=\"1.0\"?><c:calendar-multiget xmlns:c=\"urn:ietf:params:xml:ns:caldav\" xmlns:x=\"DAV:\"><x:prop/><x:href>/orgs/acme/cal/0.ics</x:href><x:href>{href.Replace("{origin}", Gateway.Origin, StringComparison.Ordinal)}</x:href></c:calendar-multiget>";
        var answer = await SendAsync("REPORT", "/orgs/acme/cal/", "Depth: 1\r\n", body);
        Assert.StartsWith(passes ? "HTTP/1.1 200" : "HTTP/1.1 4", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Report_DocumentType_IsRefused()
    {
        var answer = await SendAsync("REPORT", "/orgs/acme/cal/", "Depth: 1\r\n", "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><x>&e;</x>");
        Assert.StartsWith("HTTP/1.1 400", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("globex--helpdesk.localhost", 401)]
    [InlineData("acme--calendar.localhost", 403)]
    [InlineData("nobody--helpdesk.localhost", 403)]
    [InlineData("a--b--c.localhost", 403)]
    public async Task Request_TokenAtAnotherHost_IsRefused(string host, int status)
    {
        using var client = Gateway.Client(world.Session, $"{host}:{Gateway.Port}");
        using var response = await client.GetAsync("/orgs/acme/tickets", GatewayWorld.Cancel);
        Assert.Equal(status == 401 ? 403 : status, (int)response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
    }

    private Task<string> SendAsync(string method, string target, string headers, string body = "") => Gateway.RawAsync(
        $"{method} {target} HTTP/1.1\r\nHost: {Gateway.Host}\r\nAuthorization: Bearer {world.Session.Token}\r\n{headers}"
        + (headers.StartsWith("Upgrade", StringComparison.Ordinal) ? "" : "Connection: close\r\n")
        + (body.Length > 0 ? $"Content-Length: {body.Length}\r\n" : "") + "\r\n" + body);
}
