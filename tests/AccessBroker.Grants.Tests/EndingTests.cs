using System.Diagnostics;
using AccessBroker.Access;
using AccessBroker.Contracts;
using AccessBroker.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace AccessBroker.Grants.Tests;

public sealed class EndingTests
{
    [Fact]
    public async Task Revoke_WhileStreaming_CutsAtOnceAndIsRecorded()
    {
        await using var world = await BrokerWorld.StartAsync();
        var grant = await world.GrantedAsync();
        var started = await world.StartedAsync(grant);
        await world.Get<LiveSessions>().FindAsync(started.Session.Id, BrokerWorld.Cancel);
        TerminationReason? cut = null;
        var last = world.Time.GetUtcNow().AddSeconds(-1);
        using var open = world.Get<SessionConnections>().Register(started.Session.Id, grant.Id, r => cut = r, () => last);

        var ended = await RevokedAsync(world, grant);

        Assert.Equal(TerminationReason.GrantRevoked, cut);
        Assert.Equal(("revoked", 1, (DateTimeOffset?)last), (ended.State, ended.ConnectionsCut, ended.LastByteAt));
        Assert.Equal(DenyReason.GrantRevoked, (await world.Get<LiveSessions>().FindAsync(started.Session.Id, BrokerWorld.Cancel)).Reason);
        var entry = Assert.Single(await world.LogAsync("grant.revoked"));
        Assert.Equal(ended.EntryIndex, entry.Index);
        Assert.Equal(Assert.Single(await world.LogAsync("grant.created")).Id, entry.Ref);
        Assert.Equal("grant-revoked", Assert.Single(await world.LogAsync("session.ended"))["reason"]);
        Assert.Equal("grant-revoked", (await world.Get<StartSession>().RunAsync(await world.AsAsync("dana"), grant.Id, BrokerWorld.Cancel)).Refusal!.Code);
        var view = BrokerWorld.Value(await world.Get<GrantQueries>().GetAsync(await world.AsAsync("priya"), grant.Id, BrokerWorld.Cancel));
        Assert.Equal(("revoked", "Priya", "grant-revoked"), (view.State, view.EndedBy!.Name, view.Sessions[0].Termination));
    }

    [Fact]
    public async Task Revoke_Twice_AnswersTheFirstEnd()
    {
        await using var world = await BrokerWorld.StartAsync();
        var grant = await world.GrantedAsync();
        var first = await RevokedAsync(world, grant);
        world.Time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(first.EndedAt, (await RevokedAsync(world, grant)).EndedAt);
        Assert.Single(await world.LogAsync("grant.revoked"));
    }

    [Theory]
    [InlineData("olga", 404), InlineData("eve", 404), InlineData("dana", 403), InlineData("alan", 403)]
    public async Task Revoke_NotTheCustomersApprover_Refuses(string who, int status)
    {
        await using var world = await BrokerWorld.StartAsync();
        var grant = await world.GrantedAsync();
        Assert.Equal(status, (await world.Get<RevokeGrant>().RunAsync(await world.AsAsync(who), grant.Id, BrokerWorld.Cancel)).Refusal!.Status);
    }

    [Fact]
    public async Task Cancel_ByHolder_EndsTheGrant()
    {
        await using var world = await BrokerWorld.StartAsync();
        var grant = await world.GrantedAsync();

        Assert.Equal(404, (await world.Get<CancelGrant>().RunAsync(await world.AsAsync("priya"), grant.Id, BrokerWorld.Cancel)).Refusal!.Status);
        Assert.Equal("cancelled", BrokerWorld.Value(await world.Get<CancelGrant>().RunAsync(await world.AsAsync("dana"), grant.Id, BrokerWorld.Cancel)).State);
        Assert.Single(await world.LogAsync("grant.cancelled"));
    }

    [Fact]
    public async Task Revoke_WriteLockHeldByAnother_CutsAndAnswersInTimeAndRecordsLater()
    {
        await using var world = await BrokerWorld.StartAsync();
        var grant = await world.GrantedAsync();
        var started = await world.StartedAsync(grant);
        var cut = false;
        using var open = world.Get<SessionConnections>().Register(started.Session.Id, grant.Id, _ => cut = true, world.Time.GetUtcNow);
        var priya = await world.AsAsync("priya");

        GrantEnded ended;
        await using (await world.HoldWriteLockAsync())
        {
            var watch = Stopwatch.StartNew();
            ended = BrokerWorld.Value(await world.Get<RevokeGrant>().RunAsync(priya, grant.Id, BrokerWorld.Cancel));
            Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(3));
            Assert.True(cut);
            Assert.Null(ended.EntryIndex);
            Assert.Equal(DenyReason.GrantRevoked, (await world.Get<LiveSessions>().FindAsync(started.Session.Id, BrokerWorld.Cancel)).Reason);
            Assert.Equal("revoked", BrokerWorld.Value(await world.Get<GrantQueries>().GetAsync(priya, grant.Id, BrokerWorld.Cancel)).State);
        }

        await WrittenAsync(world);
        Assert.Single(await world.LogAsync("grant.revoked"));
    }

    [Fact]
    public async Task AuditUnavailable_RequestsAreRefusedInTimeAndNothingIsDone()
    {
        await using var world = await BrokerWorld.StartAsync();
        var request = await world.AskedAsync();
        var (dana, priya) = (await world.AsAsync("eve"), await world.AsAsync("priya"));

        await using (await world.HoldWriteLockAsync())
        {
            var watch = Stopwatch.StartNew();
            var asked = (await world.Get<AskForAccess>().RunAsync(dana, BrokerWorld.Ask(), null, BrokerWorld.Cancel)).Refusal!;
            Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(3));
            Assert.Equal((503, "audit-unavailable", "Try again in a moment; nothing was done."), (asked.Status, asked.Code, asked.Next));
            Assert.Equal(503, (await world.Get<ApproveAccess>().RunAsync(priya, request.Id, new ApproveRequest(request.Version), BrokerWorld.Cancel)).Refusal!.Status);
        }

        await Task.Delay(TimeSpan.FromSeconds(1), BrokerWorld.Cancel); // what was given up must not be committed after all
        Assert.Single(await world.LogAsync("request.created"));
        Assert.Empty(await world.LogAsync("grant.created"));
        Assert.True((await world.ApproveAsync("priya", request)).Succeeded);
    }

    [Fact]
    public async Task Deny_AuditUnavailable_TakesEffectAndIsRecordedLater()
    {
        await using var world = await BrokerWorld.StartAsync();
        var request = await world.AskedAsync();
        var priya = await world.AsAsync("priya");

        await using (await world.HoldWriteLockAsync())
        {
            var denied = BrokerWorld.Value(await world.Get<DenyAccess>().RunAsync(priya, request.Id, new DenyRequest(request.Version, "No."), BrokerWorld.Cancel));
            Assert.Equal(("denied", "No."), (denied.State, denied.DenialReason));
        }

        await WrittenAsync(world);
        Assert.Single(await world.LogAsync("review.denied"));
        Assert.Equal("already-decided", (await world.ApproveAsync("paul", request)).Refusal!.Code);
    }

    [Fact]
    public async Task Expiry_ByTheClock_IsRecordedOnce()
    {
        await using var world = await BrokerWorld.StartAsync();
        var grant = await world.GrantedAsync(minutes: 1);
        var started = await world.StartedAsync(grant);
        Assert.Equal(DenyReason.None, (await world.Get<LiveSessions>().FindAsync(started.Session.Id, BrokerWorld.Cancel)).Reason);

        world.Time.Advance(grant.NotAfter - world.Time.GetUtcNow());
        Assert.Equal(DenyReason.GrantExpired, (await world.Get<LiveSessions>().FindAsync(started.Session.Id, BrokerWorld.Cancel)).Reason);

        await world.Get<GrantExpiry>().SweepAsync(BrokerWorld.Cancel);
        await world.Get<GrantExpiry>().SweepAsync(BrokerWorld.Cancel);
        Assert.Single(await world.LogAsync("grant.expired"));
        Assert.Equal("grant-expired", Assert.Single(await world.LogAsync("session.ended"))["reason"]);
        Assert.Equal("grant-expired", (await world.Get<RevokeGrant>().RunAsync(await world.AsAsync("priya"), grant.Id, BrokerWorld.Cancel)).Refusal!.Code);
    }

    [Fact]
    public async Task Expiry_WithAnOpenConnection_CutsAtTheVeryInstant()
    {
        await using var world = await BrokerWorld.StartAsync();
        var time = new FakeTimeProvider(world.Time.GetUtcNow());
        var connections = new SessionConnections(time);
        using var expiry = new GrantExpiry(
            world.Get<IDbContextFactory<BrokerDbContext>>(), world.Get<RecordedChange>(), connections, time, NullLogger<GrantExpiry>.Instance);
        var grant = new Grant { Id = Guid.CreateVersion7(), NotAfter = time.GetUtcNow().AddMinutes(1) };
        TerminationReason? cut = null;
        using var open = connections.Register(Guid.CreateVersion7(), grant.Id, r => cut = r, time.GetUtcNow);
        expiry.Watch(grant);

        time.Advance(TimeSpan.FromMinutes(1) - TimeSpan.FromMilliseconds(1));
        Assert.Null(cut);
        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(TerminationReason.GrantExpired, cut);
    }

    [Fact]
    public async Task Refresh_RevokedOnAnotherNode_EndsHereToo()
    {
        var here = await BrokerWorld.StartAsync();
        var grant = await here.GrantedAsync();
        var started = await here.StartedAsync(grant);
        await here.Get<LiveSessions>().FindAsync(started.Session.Id, BrokerWorld.Cancel);
        var cut = false;
        using var open = here.Get<SessionConnections>().Register(started.Session.Id, grant.Id, _ => cut = true, here.Time.GetUtcNow);
        var there = await BrokerWorld.StartAsync(Path.GetDirectoryName(here.Database));

        await RevokedAsync(there, grant);
        await here.Get<LiveSessions>().RefreshAsync(BrokerWorld.Cancel);

        Assert.True(cut);
        Assert.Equal(DenyReason.GrantRevoked, (await here.Get<LiveSessions>().FindAsync(started.Session.Id, BrokerWorld.Cancel)).Reason);
        await there.StopAsync();
        await here.DisposeAsync();
    }

    private static async Task<GrantEnded> RevokedAsync(BrokerWorld world, GrantView grant) =>
        BrokerWorld.Value(await world.Get<RevokeGrant>().RunAsync(await world.AsAsync("priya"), grant.Id, BrokerWorld.Cancel));

    private static async Task WrittenAsync(BrokerWorld world)
    {
        var watch = Stopwatch.StartNew();
        while (world.Get<PendingEndings>().Count > 0 && watch.Elapsed < TimeSpan.FromSeconds(30))
            await Task.Delay(20, BrokerWorld.Cancel);
    }
}
