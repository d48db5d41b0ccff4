using System.Net;
using AccessBroker.Evidence;

namespace AccessBroker.Gateway.Tests.Recording;

public sealed class AuditUnavailableTests(GatewayWorld world) : IClassFixture<GatewayWorld>
{
    [Fact]
    public async Task AuditUnavailable_RequestIsNotForwarded()
    {
        var session = await world.SessionAsync();
        using var client = world.Client(session);
        using (world.Log.Break(d => d.Class == EntryClass.Intent))
        {
            using var refused = await client.GetAsync("/orgs/acme/tickets/7", GatewayWorld.Cancel);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.Contains("urn:accessbroker:problem:audit-unavailable", await refused.Content.ReadAsStringAsync(GatewayWorld.Cancel), StringComparison.Ordinal);
            Assert.Empty(world.Upstream.Requests);
        }

        using var answered = await client.GetAsync("/orgs/acme/tickets/7", GatewayWorld.Cancel);
        Assert.Equal(HttpStatusCode.OK, answered.StatusCode);
    }

    [Fact]
    public async Task AuditUnavailable_DenialIsStillDenied()
    {
        using var client = world.Client();
        using (world.Log.Break(d => d.Class == EntryClass.Event))
        {
            using var refused = await client.GetAsync("/orgs/acme/tickets/7", GatewayWorld.Cancel);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.Contains("audit-unavailable", await refused.Content.ReadAsStringAsync(GatewayWorld.Cancel), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task NoToken_Many_TenAreRecordedAndTheRestIsCounted()
    {
        using var client = world.Client(host: $"globex--helpdesk.localhost:{world.Port}");
        for (var i = 0; i < 25; i++)
        {
            using var refused = await client.GetAsync("/orgs/globex/tickets", GatewayWorld.Cancel);
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
            Assert.Contains("Bearer", refused.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        }

        var denied = (await world.EntriesAsync()).Where(e => e.Kind == "http.denied" && e["tenant"] == "globex").ToList();
        Assert.Equal(10, denied.Count);
        Assert.All(denied, e => Assert.Equal("no-token", e["reason"]));
    }
}
