using System.Buffers.Text;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AccessBroker.Contracts;
using AccessBroker.Evidence;

namespace AccessBroker.Gateway.Tests.Forwarding;

public sealed class ForwardingTests(ForwardingTests.World world) : IClassFixture<ForwardingTests.World>
{
    /// <summary>One session for all of these tests.</summary>
    public sealed class World : IAsyncLifetime
    {
        public GatewayWorld Gateway { get; } = new();

        public SessionToken Session { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            await Gateway.InitializeAsync();
            Session = await Gateway.SessionAsync();
        }

        public ValueTask DisposeAsync() => Gateway.DisposeAsync();
    }

    private GatewayWorld Gateway => world.Gateway;

    private static CancellationToken Cancel => GatewayWorld.Cancel;

    private async Task<(HttpResponseMessage Response, Seen Seen)> SendAsync(HttpRequestMessage request)
    {
        using var client = Gateway.Client(world.Session);
        var response = await client.SendAsync(request, Cancel);
        var entry = Guid.Parse(response.Headers.GetValues("AccessBroker-Entry").Single());
        return (response, Gateway.Upstream.Requests.Single(r => r.Entry == entry));
    }

    [Fact]
    public async Task Get_Granted_UpstreamSeesItsOwnCredentialAndTheEntry()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/orgs/acme/tickets/7?q=a%20b");
        request.Headers.Add("Cookie", "theirs=1; __Host-accessbroker=x; other=2");
        foreach (var name in new[] { "X-Forwarded-For", "X-Forwarded-Host", "Forwarded", "X-HTTP-Method-Override", "X-Original-URL", "X-Rewrite-URL", "AccessBroker-Entry", "AccessBroker-Assertion", "X_Forwarded_For", "X-Real-IP" })
            request.Headers.TryAddWithoutValidation(name, "mine");
        request.Headers.TryAddWithoutValidation("Connection", "X-Hop");
        request.Headers.TryAddWithoutValidation("X-Hop", "mine");
        request.Headers.TryAddWithoutValidation("X-Mine", "passes");

        var (response, seen) = await SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("/orgs/acme/tickets/7?q=a%20b", seen.Target);
        Assert.Equal(GatewayWorld.Credential, seen["Authorization"]);
        Assert.Equal("theirs=1; other=2", seen["Cookie"]);
        Assert.Equal("passes", seen["X-Mine"]);
        Assert.Equal(new Uri(Gateway.Upstream.Origin).Authority, seen["Host"]);
        Assert.DoesNotContain(seen.Headers, h => h.Value.Contains("mine", StringComparison.Ordinal));
        Assert.Equal("no-store", response.Headers.CacheControl!.ToString());
        var intent = await Gateway.IntentAsync(seen.Entry);
        Assert.Equal(EntryClass.Intent, intent.Class);
        Assert.Equal("http.intent", intent.Kind);
    }

    [Fact]
    public async Task Crm_ReadsNoAssertion_GetsNone()
    {
        using var client = Gateway.Client(await Gateway.SessionAsync(target: "crm"), $"acme--crm.localhost:{Gateway.Port}");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/orders/7");
        request.Headers.TryAddWithoutValidation("AccessBroker-Assertion", "the client's own");

        var response = await client.SendAsync(request, Cancel);

        var entry = Guid.Parse(response.Headers.GetValues("AccessBroker-Entry").Single());
        var seen = Gateway.Upstream.Requests.Single(r => r.Entry == entry);
        Assert.Equal("crm-secret", seen["X-Api-Key"]);
        Assert.DoesNotContain(seen.Headers, h => h.Key.Equals("AccessBroker-Assertion", StringComparison.OrdinalIgnoreCase));
        Assert.Equal("http.intent", (await Gateway.IntentAsync(entry)).Kind);
    }

    [Fact]
    public async Task Get_Granted_AssertionNamesTheEngineerAndVerifies()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/orgs/acme/tickets/7?q=1");
        var (_, seen) = await SendAsync(request);

        var parts = seen["AccessBroker-Assertion"]!.Split('.');
        using var header = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[0]));
        using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[1]));
        Assert.Equal("accessbroker-assertion+jwt", header.RootElement.GetProperty("typ").GetString());
        using var portal = Gateway.Client(host: $"localhost:{Gateway.Port}");
        using var jwks = JsonDocument.Parse(await portal.GetStringAsync("/.well-known/accessbroker-jwks.json", Cancel));
        var key = jwks.RootElement.GetProperty("keys").EnumerateArray().Single(k => k.GetProperty("kid").GetString() == header.RootElement.GetProperty("kid").GetString());
        using var ecdsa = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint { X = Base64Url.DecodeFromChars(key.GetProperty("x").GetString()), Y = Base64Url.DecodeFromChars(key.GetProperty("y").GetString()) },
        });
        Assert.True(ecdsa.VerifyData(Encoding.ASCII.GetBytes(parts[0] + "." + parts[1]), Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256));
        var root = claims.RootElement;
        Assert.Equal("dana", root.GetProperty("name").GetString());
        Assert.Equal(Gateway.Upstream.Origin, root.GetProperty("aud").GetString());
        Assert.Equal("GET", root.GetProperty("htm").GetString());
        Assert.Equal(Gateway.Upstream.Origin + "/orgs/acme/tickets/7", root.GetProperty("htu").GetString());
        Assert.Equal(30, root.GetProperty("exp").GetInt64() - root.GetProperty("iat").GetInt64());
        Assert.Equal(seen.Entry, root.GetProperty("jti").GetGuid());
        Assert.Equal("acme", root.GetProperty("tenant").GetString());
        Assert.Equal(world.Session.Session.Id, root.GetProperty("session").GetGuid());
        Assert.Equal(world.Session.Session.GrantId, root.GetProperty("grant").GetGuid());
    }

    [Fact]
    public async Task Get_Granted_LogHoldsWhatWasForwardedWithoutSecrets()
    {
        var answer = await Gateway.RawAsync(
            $"GET /orgs/acme/%74ickets/7?q=open&key=s3cret HTTP/1.1\r\nHost: {Gateway.Host}\r\nAuthorization: Bearer {world.Session.Token}\r\nUser-Agent: raw/1\r\nConnection: close\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);

        var intent = await Gateway.EntryAsync(e => e.Kind == "http.intent" && e["user_agent"] == "raw/1", "intent");
        var seen = Gateway.Upstream.Requests.Single(r => r.Entry == intent.Id);
        Assert.Equal("/orgs/acme/tickets/7?q=open&key=s3cret", seen.Target);
        Assert.Equal("/orgs/acme/tickets/7", intent["path"]);
        Assert.Equal("/orgs/acme/%74ickets/7", intent["raw_path"]);
        Assert.Equal("?q=open&key=*", intent["query"]);
        Assert.Equal("tickets.read", intent["operation"]);
        Assert.Equal("GET", intent["method"]);
        Assert.Equal(Gateway.Host, intent["host"]);
        Assert.Equal("127.0.0.1", intent["ip"]);
        Assert.Equal("acme", intent["tenant"]);
        Assert.Equal("helpdesk", intent["target"]);
        Assert.Equal(world.Session.Session.Id.ToString(), intent["session"]);
        Assert.Equal(world.Session.Session.GrantId.ToString(), intent["grant"]);
        Assert.NotNull(intent["scope_hash"]);
        Assert.Equal("0", intent["request_bytes"]);

        var outcome = await Gateway.OutcomeAsync(intent.Id);
        Assert.Equal("200", outcome["status"]);
        Assert.Null(outcome["cut"]);
        Assert.True(outcome.Index > intent.Index);
        Assert.DoesNotContain(await Gateway.EntriesAsync(), e => e.Body.GetRawText().Contains("s3cret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Get_Download_OutcomeHashIsOfTheBytesReceived()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/orgs/acme/files/download");
        var (response, seen) = await SendAsync(request);
        var received = await response.Content.ReadAsByteArrayAsync(Cancel);

        Assert.Equal(Upstream.Download, received);
        var outcome = await Gateway.OutcomeAsync(seen.Entry);
        Assert.Equal(received.Length.ToString(System.Globalization.CultureInfo.InvariantCulture), outcome["bytes"]);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(received)), outcome["sha256"]);
    }

    [Fact]
    public async Task Get_Range_PassesAndIsHashedAsSent()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/orgs/acme/files/download");
        request.Headers.Range = new RangeHeaderValue(1000, 70_999);
        var (response, seen) = await SendAsync(request);
        var received = await response.Content.ReadAsByteArrayAsync(Cancel);

        Assert.Equal(HttpStatusCode.PartialContent, response.StatusCode);
        Assert.Equal(Upstream.Download[1000..71_000], received);
        var outcome = await Gateway.OutcomeAsync(seen.Entry);
        Assert.Equal("206", outcome["status"]);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(received)), outcome["sha256"]);
    }

    [Fact]
    public async Task Head_Download_HasNoBodyButAnOutcome()
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, "/orgs/acme/files/download");
        var (response, seen) = await SendAsync(request);
        Assert.Equal(Upstream.Download.Length, response.Content.Headers.ContentLength);
        Assert.Equal("0", (await Gateway.OutcomeAsync(seen.Entry))["bytes"]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(64 * 1024)]
    public async Task Post_SmallBody_IntentHoldsItsHash(int length)
    {
        var body = RandomNumberGenerator.GetBytes(length);
        foreach (var chunked in new[] { false, true })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/orgs/acme/tickets/7") { Content = new ByteArrayContent(body) };
            request.Headers.TransferEncodingChunked = chunked;
            var (response, seen) = await SendAsync(request);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal(body, seen.Body);
            var intent = await Gateway.IntentAsync(seen.Entry);
            Assert.Equal(length.ToString(System.Globalization.CultureInfo.InvariantCulture), intent["request_bytes"]);
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(body)), intent["request_sha256"]);
        }
    }

    [Theory]
    [InlineData(64 * 1024 + 1)]
    [InlineData(40_000_000)]
    public async Task Put_LargeBody_OutcomeHoldsItsHash(int length)
    {
        var body = RandomNumberGenerator.GetBytes(length);
        foreach (var chunked in new[] { false, true })
        {
            using var request = new HttpRequestMessage(HttpMethod.Put, "/orgs/acme/tickets/7") { Content = new ByteArrayContent(body) };
            request.Headers.TransferEncodingChunked = chunked;
            var (_, seen) = await SendAsync(request);
            Assert.Equal(body, seen.Body);
            var intent = await Gateway.IntentAsync(seen.Entry);
            Assert.True(intent.Says("request_bytes") && intent["request_bytes"] is null && intent["request_sha256"] is null);
            var outcome = await Gateway.OutcomeAsync(seen.Entry);
            Assert.Equal(length.ToString(System.Globalization.CultureInfo.InvariantCulture), outcome["request_bytes"]);
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(body)), outcome["request_sha256"]);
        }
    }

    [Fact]
    public async Task Get_UpstreamHeaders_NothingReachesPastThisHost()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/orgs/acme/files/headers");
        var (response, seen) = await SendAsync(request);

        Assert.Equal("theirs=1; Path=/; HttpOnly", response.Headers.GetValues("Set-Cookie").Single());
        Assert.Equal("passes", response.Headers.GetValues("X-Theirs").Single());
        Assert.Equal("no-store", response.Headers.GetValues("Cache-Control").Single());
        Assert.Equal(seen.Entry.ToString(), response.Headers.GetValues("AccessBroker-Entry").Single());
        Assert.DoesNotContain(response.Headers.Concat(response.Content.Headers), h => h.Value.Contains("theirs"));
    }

    [Theory]
    [InlineData("moved", "/orgs/acme/tickets/1?q=2")]
    [InlineData("away", "https://elsewhere.example/x")]
    public async Task Get_Redirect_StaysAtTheGatewayAndIsNotFollowed(string name, string location)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/orgs/acme/files/" + name);
        var (response, _) = await SendAsync(request);
        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
        Assert.Equal(location[0] == '/' ? Gateway.Origin + location : location, response.Headers.GetValues("Location").Single());
    }

    [Fact]
    public async Task Post_OwnOrigin_BecomesTheUpstreamsOrigin()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/orgs/acme/tickets/7");
        request.Headers.Add("Origin", Gateway.Origin);
        request.Headers.Add("Referer", Gateway.Origin + "/orgs/acme/tickets/7");
        var (_, seen) = await SendAsync(request);
        Assert.Equal(Gateway.Upstream.Origin, seen["Origin"]);
        Assert.Equal(Gateway.Upstream.Origin + "/orgs/acme/tickets/7", seen["Referer"]);
    }

    [Fact]
    public async Task Get_CustomerInHeader_GatewaySetsIt()
    {
        var session = await Gateway.SessionAsync(target: "crm");
        using var client = Gateway.Client(session, $"acme--crm.localhost:{Gateway.Port}");
        using var response = await client.GetAsync("/orders/1", Cancel);
        var seen = Gateway.Upstream.Requests.Single(r => r.Target == "/orders/1");
        Assert.Equal("acme", seen["X-Tenant"]);
        Assert.Equal("crm-secret", seen["X-Api-Key"]);
        Assert.Null(seen["Authorization"]);

        foreach (var name in new[] { "X-Tenant", "x_tenant" })
        {
            using var copy = new HttpRequestMessage(HttpMethod.Get, "/orders/2");
            copy.Headers.TryAddWithoutValidation(name, "globex");
            using var refused = await client.SendAsync(copy, Cancel);
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        }
    }

    [Fact]
    public async Task Get_UpstreamDown_Answers502AndRecordsTheOutcome()
    {
        var session = await Gateway.SessionAsync("engineer11", target: "down");
        using var client = Gateway.Client(session, $"acme--down.localhost:{Gateway.Port}");
        using var response = await client.GetAsync("/orgs/acme/tickets", Cancel);
        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        using var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Cancel));
        Assert.Equal("urn:accessbroker:problem:upstream-unreachable", problem.RootElement.GetProperty("type").GetString());
        var outcome = await Gateway.OutcomeAsync(problem.RootElement.GetProperty("requestId").GetGuid());
        Assert.Equal("502", outcome["status"]);
        Assert.Equal("upstream-failed", outcome["cut"]);
    }

    [Fact]
    public async Task Get_UpstreamBreaksOff_OutcomeSaysSo()
    {
        using var client = Gateway.Client(world.Session);
        using var response = await client.GetAsync("/orgs/acme/files/broken", HttpCompletionOption.ResponseHeadersRead, Cancel);
        await Assert.ThrowsAnyAsync<Exception>(() => response.Content.ReadAsByteArrayAsync(Cancel));
        var outcome = await Gateway.OutcomeAsync(Guid.Parse(response.Headers.GetValues("AccessBroker-Entry").Single()));
        Assert.Equal("upstream-failed", outcome["cut"]);
        Assert.Equal("14", outcome["bytes"]);
    }

    [Fact]
    public async Task Get_ClientLeaves_OutcomeSaysSo()
    {
        using var client = Gateway.Client(world.Session);
        Guid entry;
        using (var response = await client.GetAsync("/orgs/acme/tickets/stream", HttpCompletionOption.ResponseHeadersRead, Cancel))
            entry = Guid.Parse(response.Headers.GetValues("AccessBroker-Entry").Single());
        Assert.Equal("client-gone", (await Gateway.OutcomeAsync(entry))["cut"]);
    }
}
