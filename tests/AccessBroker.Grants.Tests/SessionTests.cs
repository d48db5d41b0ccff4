using AccessBroker.Access;
using AccessBroker.Contracts;
using AccessBroker.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace AccessBroker.Grants.Tests;

public sealed class SessionTests
{
    private const string Host = "http://acme--helpdesk.localhost:8480";

    [Fact]
    public async Task Start_OwnActiveGrant_GivesATokenThatTheGatewayAccepts()
    {
        await using var world = await BrokerWorld.StartAsync();
        var grant = await world.GrantedAsync();

        var started = await world.StartedAsync(grant);

        Assert.Equal(Host, started.GatewayOrigin);
        var result = world.Get<ConsentTokens>().Validate(new BearerToken(started.Token), Host, world.Time.GetUtcNow());
        Assert.True(result.Valid);
        Assert.Equal((started.Session.Id, grant.Id, "acme", "helpdesk", grant.ScopeHash),
            (result.Claims!.Session, result.Claims.Grant, result.Claims.Tenant, result.Claims.Target, result.Claims.ScopeHash));
        var live = await world.Get<LiveSessions>().FindAsync(started.Session.Id, BrokerWorld.Cancel);
        Assert.Equal(DenyReason.None, live.Reason);
        Assert.Equal(["tickets.read", "tickets.stream"], live.Scope.Operations.Select(o => o.Name));
        Assert.Equal(started.Session.Id.ToString(), Assert.Single(await world.LogAsync("session.started"))["session"]);
    }

    [Fact]
    public async Task Start_SomebodyElsesGrant_IsNotFound()
    {
        await using var world = await BrokerWorld.StartAsync();
        var grant = await world.GrantedAsync();
        foreach (var who in new[] { "eve", "priya", "alan" })
            Assert.Equal(404, (await world.Get<StartSession>().RunAsync(await world.AsAsync(who), grant.Id, BrokerWorld.Cancel)).Refusal!.Status);
    }

    [Fact]
    public async Task Start_GrantIsOver_SaysSo()
    {
        await using var world = await BrokerWorld.StartAsync();
        var grant = await world.GrantedAsync(minutes: 1);
        world.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("grant-expired", (await world.Get<StartSession>().RunAsync(await world.AsAsync("dana"), grant.Id, BrokerWorld.Cancel)).Refusal!.Code);
    }

    [Fact]
    public async Task Renew_LiveSession_GivesAnotherTokenAndRecordsIt()
    {
        await using var world = await BrokerWorld.StartAsync();
        var started = await world.StartedAsync(await world.GrantedAsync());
        world.Time.Advance(TimeSpan.FromMinutes(9));

        var renewed = BrokerWorld.Value(await world.Get<RenewToken>().RunAsync(await world.AsAsync("dana"), started.Session.Id, BrokerWorld.Cancel));

        Assert.NotEqual(started.Token, renewed.Token);
        Assert.Equal(world.Time.GetUtcNow().AddMinutes(10), renewed.ExpiresAt);
        Assert.Single(await world.LogAsync("session.renewed"));
        Assert.Equal(DenyReason.None, (await world.Get<LiveSessions>().FindAsync(started.Session.Id, BrokerWorld.Cancel)).Reason);
        Assert.Equal(404, (await world.Get<RenewToken>().RunAsync(await world.AsAsync("eve"), started.Session.Id, BrokerWorld.Cancel)).Refusal!.Status);
    }

    [Fact]
    public async Task Renew_ShortlyBeforeTheGrantsEnd_NeverOutlastsIt()
    {
        await using var world = await BrokerWorld.StartAsync();
        var grant = await world.GrantedAsync(minutes: 5);
        var started = await world.StartedAsync(grant);
        Assert.Equal(grant.NotAfter, started.ExpiresAt);
    }

    [Fact]
    public async Task End_OwnSession_CutsItAndLeavesTheGrant()
    {
        await using var world = await BrokerWorld.StartAsync();
        var grant = await world.GrantedAsync();
        var started = await world.StartedAsync(grant);
        TerminationReason? cut = null;
        using var open = world.Get<SessionConnections>().Register(started.Session.Id, grant.Id, r => cut = r, world.Time.GetUtcNow);

        var ended = BrokerWorld.Value(await world.Get<EndSession>().RunAsync(await world.AsAsync("dana"), started.Session.Id, BrokerWorld.Cancel));

        Assert.Equal("ended", ended.Termination);
        Assert.Equal(TerminationReason.Ended, cut);
        Assert.Equal(DenyReason.SessionEnded, (await world.Get<LiveSessions>().FindAsync(started.Session.Id, BrokerWorld.Cancel)).Reason);
        Assert.Equal("1", Assert.Single(await world.LogAsync("session.ended"))["connections_cut"]);
        var again = await world.StartedAsync(grant);
        Assert.Equal(DenyReason.None, (await world.Get<LiveSessions>().FindAsync(again.Session.Id, BrokerWorld.Cancel)).Reason);
    }

    [Fact]
    public async Task OpenBrowser_Code_WorksOnceOnItsHost()
    {
        await using var world = await BrokerWorld.StartAsync();
        var started = await world.StartedAsync(await world.GrantedAsync());

        async Task<string> CodeAsync() => new Uri(BrokerWorld.Value(
            await world.Get<OpenBrowser>().RunAsync(await world.AsAsync("dana"), started.Session.Id, BrokerWorld.Cancel)).Url).Query["?code=".Length..];
        var codes = world.Get<BrowserCodes>();
        var code = await CodeAsync();

        var redeemed = await codes.RedeemAsync(code, Host, BrokerWorld.Cancel);
        Assert.True(world.Get<ConsentTokens>().Validate(new BearerToken(redeemed!.Token), Host, world.Time.GetUtcNow()).Valid);
        Assert.Null(await codes.RedeemAsync(code, Host, BrokerWorld.Cancel));
        Assert.Null(await codes.RedeemAsync(await CodeAsync(), "http://globex--helpdesk.localhost:8480", BrokerWorld.Cancel));
        Assert.Null(await codes.RedeemAsync(new string('A', code.Length), Host, BrokerWorld.Cancel));
        var late = await CodeAsync();
        world.Time.Advance(TimeSpan.FromSeconds(61));
        Assert.Null(await codes.RedeemAsync(late, Host, BrokerWorld.Cancel));
    }

    [Fact]
    public async Task Find_UnknownSession_IsEnded()
    {
        await using var world = await BrokerWorld.StartAsync();
        Assert.Equal(DenyReason.SessionEnded, (await world.Get<LiveSessions>().FindAsync(Guid.CreateVersion7(), BrokerWorld.Cancel)).Reason);
    }

    [Fact]
    public async Task Find_FirstWhileTheOthersAreRefreshed_IsNotTakenForForged()
    {
        await using var world = await BrokerWorld.StartAsync();
        var (live, grant) = (world.Get<LiveSessions>(), await world.GrantedAsync());
        await live.FindAsync((await world.StartedAsync(grant)).Session.Id, BrokerWorld.Cancel);
        using var done = new CancellationTokenSource();
        var refreshing = Task.Run(async () =>
        {
            while (!done.IsCancellationRequested)
                await live.RefreshAsync(BrokerWorld.Cancel);
        });

        var reasons = new List<DenyReason>();
        for (var i = 0; i < 60; i++)
        {
            var session = (await world.StartedAsync(grant)).Session.Id;
            await live.FindAsync(session, BrokerWorld.Cancel);
            await Task.Delay(5, BrokerWorld.Cancel);
            reasons.Add((await live.FindAsync(session, BrokerWorld.Cancel)).Reason);
        }
        await done.CancelAsync();
        await refreshing;

        Assert.All(reasons, reason => Assert.Equal(DenyReason.None, reason));
    }

    [Fact]
    public async Task Find_Known_AllocatesNothing()
    {
        await using var world = await BrokerWorld.StartAsync();
        var started = await world.StartedAsync(await world.GrantedAsync());
        var (live, tokens, token) = (world.Get<LiveSessions>(), world.Get<ConsentTokens>(), new BearerToken(started.Token));
        var now = world.Time.GetUtcNow();
        for (var i = 0; i < 200; i++)
            _ = tokens.Validate(token, Host, now).Valid && (await live.FindAsync(started.Session.Id, BrokerWorld.Cancel)).Reason == DenyReason.None;

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            _ = tokens.Validate(token, Host, now);
            _ = await live.FindAsync(started.Session.Id, BrokerWorld.Cancel); // completes at once, so on this thread
        }
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64_000);
    }

    [Fact]
    public async Task Refresh_PersonLocked_EndsTheSession()
    {
        await using var world = await BrokerWorld.StartAsync();
        var started = await world.StartedAsync(await world.GrantedAsync());
        await world.Get<LiveSessions>().FindAsync(started.Session.Id, BrokerWorld.Cancel);
        await world.TamperAsync($"UPDATE person SET LockedAt = {Microseconds.From(world.Time.GetUtcNow())} WHERE Subject = 'dana'");

        await world.Get<LiveSessions>().RefreshAsync(BrokerWorld.Cancel);

        Assert.Equal(DenyReason.PersonLocked, (await world.Get<LiveSessions>().FindAsync(started.Session.Id, BrokerWorld.Cancel)).Reason);
        Assert.Null(await world.Services.GetRequiredService<ActorResolver>().ResolveAsync(BrokerWorld.PrincipalOf("dana"), BrokerWorld.Cancel));
    }
}
