using AccessBroker.Access;
using AccessBroker.Contracts;
using AccessBroker.Storage;
using AccessBroker.Storage.Tests;
using AccessBroker.Testing.PostgreSql;
using Microsoft.EntityFrameworkCore;

namespace AccessBroker.Grants.Tests;

/// <summary>What a database with many writers could do differently: races, counting, retries.</summary>
public sealed class PostgreSqlTests
{
    [Fact]
    public async Task Story_FromRequestToRevoke_IsTheSame()
    {
        await using var world = await StartAsync();
        var grant = await world.GrantedAsync(minutes: 15);
        var started = await world.StartedAsync(grant);
        var live = world.Get<LiveSessions>();
        Assert.Equal(DenyReason.None, (await live.FindAsync(started.Session.Id, BrokerWorld.Cancel)).Reason);
        BrokerWorld.Value(await world.Get<RenewToken>().RunAsync(await world.AsAsync("dana"), started.Session.Id, BrokerWorld.Cancel));

        var ended = BrokerWorld.Value(await world.Get<RevokeGrant>().RunAsync(await world.AsAsync("priya"), grant.Id, BrokerWorld.Cancel));

        Assert.NotNull(ended.EntryIndex);
        Assert.Equal(DenyReason.GrantRevoked, (await live.FindAsync(started.Session.Id, BrokerWorld.Cancel)).Reason);
        Assert.Equal(["request.created", "review.approved", "grant.created", "session.started", "session.renewed", "grant.revoked", "session.ended"],
            (await world.LogAsync()).Select(e => e.Kind).Where(k => !k.StartsWith("admin", StringComparison.Ordinal) && !k.StartsWith("log", StringComparison.Ordinal)));
        Assert.Equal(grant.Id, Assert.Single(BrokerWorld.Value(
            await world.Get<GrantQueries>().ListAsync(await world.AsAsync("priya"), "revoked", "acme", null, 10, BrokerWorld.Cancel)).Items).Id);
    }

    [Fact]
    public async Task FindAsync_HundredsAtOnceForAForgottenSession_AllAreServed()
    {
        await using var world = await StartAsync();
        var started = await world.StartedAsync(await world.GrantedAsync());
        var live = world.Get<LiveSessions>();

        // More than the server has connections.
        var found = await Task.WhenAll(Enumerable.Range(0, 400).Select(_ => Task.Run(() => live.FindAsync(started.Session.Id, BrokerWorld.Cancel).AsTask())));

        Assert.All(found, f => Assert.Equal(DenyReason.None, f.Reason));
    }

    [Fact]
    public async Task EditedGrant_IsNotHonoured()
    {
        var database = await CreateDatabaseAsync();
        await using var world = await StartAsync(database);
        var started = await world.StartedAsync(await world.GrantedAsync());
        await database.ExecuteAsOwnerAsync("""UPDATE access_grant SET "NotAfter" = "NotAfter" + 3600000000"""); // the broker's own account may not
        Assert.Equal(DenyReason.NotInLog, (await world.Get<LiveSessions>().FindAsync(started.Session.Id, BrokerWorld.Cancel)).Reason);
    }

    [Fact]
    public async Task Ask_ManyAtTheSameTime_OnePerTargetAndFivePerCustomer()
    {
        await using var world = await StartAsync();
        CreateRequest[] asks = [BrokerWorld.Ask(), BrokerWorld.Ask(target: "crm", operations: "orders.read")];
        var all = from who in new[] { "dana", "eve", "frank" } from ask in asks from _ in Enumerable.Range(0, 2) select Task.Run(() => world.AskAsync(who, ask));

        var outcomes = await Task.WhenAll(all);

        Assert.Equal(5, outcomes.Count(o => o.Succeeded));
        Assert.All(outcomes.Where(o => !o.Succeeded), o => Assert.Contains(o.Refusal!.Code, new[] { "already-pending", "too-many-pending" }));
        Assert.Equal(5, (await world.LogAsync("request.created")).Count);
    }

    [Fact]
    public async Task Decide_AtTheSameTime_OneWins()
    {
        await using var world = await StartAsync();
        var request = await world.AskedAsync();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Task.Run(() => world.ApproveAsync(i % 2 == 0 ? "priya" : "paul", request))));

        Assert.Single(outcomes, o => o.Succeeded);
        Assert.All(outcomes.Where(o => !o.Succeeded), o => Assert.Equal("already-decided", o.Refusal!.Code));
        Assert.Single(await world.LogAsync("grant.created"));
    }

    [Fact]
    public async Task StartAndRevoke_AtTheSameTime_LeaveNoOpenSession()
    {
        await using var world = await StartAsync();
        var grant = await world.GrantedAsync();
        var (dana, priya) = (await world.AsAsync("dana"), await world.AsAsync("priya"));

        var starts = Enumerable.Range(0, 4).Select(_ => Task.Run(() => world.Get<StartSession>().RunAsync(dana, grant.Id, BrokerWorld.Cancel))).ToList();
        await Task.Run(() => world.Get<RevokeGrant>().RunAsync(priya, grant.Id, BrokerWorld.Cancel));
        await Task.WhenAll(starts);

        var view = BrokerWorld.Value(await world.Get<GrantQueries>().GetAsync(priya, grant.Id, BrokerWorld.Cancel));
        Assert.All(view.Sessions, s => Assert.NotNull(s.EndedAt));
        Assert.Equal((await world.LogAsync("session.started")).Count, (await world.LogAsync("session.ended")).Count);
    }

    private static async Task<BrokerWorld> StartAsync() => await StartAsync(await CreateDatabaseAsync());

    private static Task<BrokerWorld> StartAsync(PostgreSqlDatabase database) => BrokerWorld.StartAsync(
        database.Folder, ("Storage:Provider", "PostgreSql"), ("Storage:ConnectionString", database.ConnectionString));

    private static async Task<PostgreSqlDatabase> CreateDatabaseAsync()
    {
        Assert.SkipUnless(PostgreSqlServer.IsInstalled, "PostgreSQL is not installed (apt-get install postgresql).");
        return await PostgreSqlDatabase.CreateAsync();
    }
}
