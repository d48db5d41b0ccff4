using System.Diagnostics;
using System.Net;

namespace AccessBroker.Gateway.Tests.Responses;

public sealed class CutTests(GatewayWorld world) : IClassFixture<GatewayWorld>
{
    [Fact]
    public async Task Revoke_OpenStream_IsCutWithinASecondAndTheNextCallRefused()
    {
        var session = await world.SessionAsync("engineer0");
        using var client = world.Client(session);
        using var response = await client.GetAsync("/orgs/acme/tickets/stream", HttpCompletionOption.ResponseHeadersRead, GatewayWorld.Cancel);
        await using var stream = await response.Content.ReadAsStreamAsync(GatewayWorld.Cancel);
        var buffer = new byte[256];
        Assert.True(await stream.ReadAsync(buffer, GatewayWorld.Cancel) > 0);

        var revoked = Stopwatch.StartNew();
        await world.RevokeAsync(session);
        Assert.False(await EndsProperlyAsync(stream), "What was cut must not look complete.");
        Assert.InRange(revoked.ElapsedMilliseconds, 0, 1000);

        using var next = await client.GetAsync("/orgs/acme/tickets/7", GatewayWorld.Cancel);
        Assert.Equal(HttpStatusCode.Forbidden, next.StatusCode);
        Assert.Contains("grant-revoked", await next.Content.ReadAsStringAsync(GatewayWorld.Cancel), StringComparison.Ordinal);
        var outcome = await world.OutcomeAsync(Guid.Parse(response.Headers.GetValues("AccessBroker-Entry").Single()));
        Assert.Equal("grant-revoked", outcome["cut"]);
        Assert.NotEqual("0", outcome["bytes"]);
    }

    [Fact]
    public async Task Revoke_WaitingForTheUpstream_IsCutTogetherWithIt()
    {
        var session = await world.SessionAsync("engineer1");
        using var client = world.Client(session);
        var pending = client.GetAsync("/orgs/acme/files/slow", GatewayWorld.Cancel);
        while (!world.Upstream.Requests.Any(r => r.Target.EndsWith("slow", StringComparison.Ordinal)))
            await Task.Delay(10, GatewayWorld.Cancel);

        var revoked = Stopwatch.StartNew();
        await world.RevokeAsync(session);
        await Assert.ThrowsAnyAsync<Exception>(() => pending);
        Assert.InRange(revoked.ElapsedMilliseconds, 0, 1000);
        var entry = world.Upstream.Requests.Single(r => r.Target.EndsWith("slow", StringComparison.Ordinal)).Entry;
        Assert.Equal("grant-revoked", (await world.OutcomeAsync(entry))["cut"]);
    }

    private static async Task<bool> EndsProperlyAsync(Stream stream)
    {
        try
        {
            var buffer = new byte[256];
            while (await stream.ReadAsync(buffer, GatewayWorld.Cancel) > 0)
            {
            }

            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
