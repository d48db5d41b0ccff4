using System.Buffers.Text;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using AccessBroker.Access;
using AccessBroker.Contracts;
using AccessBroker.Storage;

namespace AccessBroker.Grants.Tests;

/// <summary>Somebody who can write the database, and not the log.</summary>
public sealed class NotInLogTests
{
    [Theory]
    [InlineData("UPDATE access_grant SET NotAfter = NotAfter + 3600000000")]
    [InlineData("UPDATE access_grant SET NotBefore = NotBefore - 1")]
    [InlineData("UPDATE access_grant SET HolderId = (SELECT Id FROM person WHERE Subject = 'eve')")]
    [InlineData("UPDATE access_grant SET ApproverId = (SELECT Id FROM person WHERE Subject = 'paul')")]
    [InlineData("UPDATE access_grant SET Tenant = 'globex'")]
    [InlineData("UPDATE access_grant SET Target = 'crm'")]
    [InlineData("UPDATE access_grant SET ScopeHash = 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'")]
    [InlineData("UPDATE access_grant SET Scope = replace(Scope, 'GET', 'PUT')")]
    [InlineData("UPDATE access_grant SET Scope = replace(Scope, '{\"binding\"', ' {\"binding\"')")]
    [InlineData("UPDATE access_grant SET EntryIndex = 0")]
    [InlineData("UPDATE access_grant SET EntryIndex = 999999")]
    [InlineData("UPDATE access_grant SET EndedAs = 2")]
    [InlineData("UPDATE access_session SET StartedAt = StartedAt - 1")]
    [InlineData("UPDATE access_session SET EntryIndex = 1")]
    public async Task EditedRow_IsNotHonoured_WhenLoadedNorWhileInUse(string sql)
    {
        await using var world = await BrokerWorld.StartAsync();
        var grant = await world.GrantedAsync();
        var fresh = await world.StartedAsync(grant);
        var inUse = await world.StartedAsync(grant);
        var live = world.Get<LiveSessions>();
        Assert.Equal(DenyReason.None, (await live.FindAsync(inUse.Session.Id, BrokerWorld.Cancel)).Reason);
        var cut = false;
        using var open = world.Get<SessionConnections>().Register(inUse.Session.Id, grant.Id, _ => cut = true, world.Time.GetUtcNow);

        Assert.InRange(await world.TamperAsync(sql), 1, 2);

        Assert.Equal(DenyReason.NotInLog, (await live.FindAsync(fresh.Session.Id, BrokerWorld.Cancel)).Reason);
        await live.RefreshAsync(BrokerWorld.Cancel);
        Assert.Equal(DenyReason.NotInLog, (await live.FindAsync(inUse.Session.Id, BrokerWorld.Cancel)).Reason);
        Assert.True(cut);
    }

    [Theory]
    [InlineData("UPDATE access_request SET Minutes = 480")]
    [InlineData("UPDATE access_request SET Reason = 'Routine work, please approve.'")]
    [InlineData("UPDATE access_request SET Ticket = NULL")]
    [InlineData("UPDATE access_request SET ReasonCode = 'security-review'")]
    [InlineData("UPDATE access_request SET RequesterId = (SELECT Id FROM person WHERE Subject = 'eve')")]
    [InlineData("UPDATE access_request SET ExpiresAt = ExpiresAt + 1")]
    [InlineData("UPDATE access_request SET Scope = replace(Scope, 'See your tickets', 'See nothing')")]
    [InlineData("UPDATE access_request SET Scope = (SELECT Scope FROM access_request WHERE Target = 'helpdesk' AND Minutes = 31), ScopeHash = (SELECT ScopeHash FROM access_request WHERE Target = 'helpdesk' AND Minutes = 31)")]
    [InlineData("UPDATE access_request SET EntryIndex = 0")]
    public async Task EditedRequest_CannotBeApproved(string sql)
    {
        await using var world = await BrokerWorld.StartAsync();
        await world.AskedAsync("frank", BrokerWorld.Ask(minutes: 31, operations: ["tickets.reply"]));
        var shown = await world.AskedAsync();
        await world.TamperAsync($"{sql} WHERE Id = '{shown.Id.ToString().ToUpperInvariant()}'");

        var refusal = (await world.ApproveAsync("priya", shown)).Refusal!;

        Assert.Equal((403, "not-in-log"), (refusal.Status, refusal.Code));
        Assert.Empty(await world.LogAsync("grant.created"));
        var refused = Assert.Single(await world.LogAsync("review.refused"));
        Assert.Equal(("not-in-log", shown.Id.ToString(), "acme"), (refused["reason"], refused["request"], refused["tenant"]));
    }

    [Fact]
    public async Task RevivedRequest_CannotBeApproved()
    {
        await using var world = await BrokerWorld.StartAsync();
        var shown = await world.AskedAsync();
        Assert.True((await world.Get<DenyAccess>().RunAsync(await world.AsAsync("paul"), shown.Id, new DenyRequest(shown.Version, null), BrokerWorld.Cancel)).Succeeded);
        await world.TamperAsync($"UPDATE access_request SET State = 1, DecidedAt = NULL, DecidedBy = NULL, Version = {shown.Version}");
        await world.TamperAsync("DELETE FROM review");

        Assert.Equal("not-in-log", (await world.ApproveAsync("priya", shown)).Refusal!.Code);
    }

    [Fact]
    public async Task InsertedGrant_GivesNoSession()
    {
        await using var world = await BrokerWorld.StartAsync();
        var grant = await world.GrantedAsync();
        var id = Guid.CreateVersion7(world.Time.GetUtcNow());
        await world.TamperAsync($"""
            INSERT INTO access_grant (Id, RequestId, Tenant, Target, HolderId, ApproverId, Scope, ScopeHash, NotBefore, NotAfter, Version, EntryIndex, EntryId)
            SELECT '{id.ToString().ToUpperInvariant()}', '{Guid.CreateVersion7().ToString().ToUpperInvariant()}', Tenant, Target, HolderId, ApproverId, Scope, ScopeHash, NotBefore, NotAfter, 1, EntryIndex, EntryId FROM access_grant
            """);

        var refusal = (await world.Get<StartSession>().RunAsync(await world.AsAsync("dana"), id, BrokerWorld.Cancel)).Refusal!;

        Assert.Equal((403, "not-in-log"), (refusal.Status, refusal.Code));
        var denied = Assert.Single(await world.LogAsync("session.denied"));
        Assert.Equal(("not-in-log", id.ToString(), "acme"), (denied["reason"], denied["grant"], denied["tenant"]));
        Assert.True((await world.Get<StartSession>().RunAsync(await world.AsAsync("dana"), grant.Id, BrokerWorld.Cancel)).Succeeded);
    }

    [Fact]
    public async Task RevivedGrant_StaysEnded()
    {
        var world = await BrokerWorld.StartAsync();
        var grant = await world.GrantedAsync();
        var started = await world.StartedAsync(grant);
        await world.Get<RevokeGrant>().RunAsync(await world.AsAsync("priya"), grant.Id, BrokerWorld.Cancel);
        await world.TamperAsync("UPDATE access_grant SET EndedAs = NULL, EndedAt = NULL, EndedBy = NULL");
        await world.TamperAsync("UPDATE access_session SET EndedAt = NULL, Termination = NULL");
        var folder = await world.StopAsync();
        await using var restarted = await BrokerWorld.StartAsync(folder); // which remembers nothing but the files

        Assert.Equal(DenyReason.NotInLog, (await restarted.Get<LiveSessions>().FindAsync(started.Session.Id, BrokerWorld.Cancel)).Reason);
        Assert.Equal("not-in-log", (await restarted.Get<StartSession>().RunAsync(await restarted.AsAsync("dana"), grant.Id, BrokerWorld.Cancel)).Refusal!.Code);
    }

    [Fact]
    public async Task RowHeldAsItWasWhileTheLogSaysEnded_IsNoticedWithinSeconds()
    {
        await using var world = await BrokerWorld.StartAsync();
        var grant = await world.GrantedAsync();
        var started = await world.StartedAsync(grant);
        var live = world.Get<LiveSessions>();
        await live.FindAsync(started.Session.Id, BrokerWorld.Cancel);
        // Triggers undo the end within its own transaction, so that nobody ever sees the rows ended.
        await world.TamperAsync("CREATE TRIGGER hold_grant AFTER UPDATE OF EndedAs ON access_grant WHEN NEW.EndedAs IS NOT NULL BEGIN UPDATE access_grant SET EndedAs = NULL, EndedAt = NULL, EndedBy = NULL; END");
        await world.TamperAsync("CREATE TRIGGER hold_session AFTER UPDATE OF EndedAt ON access_session WHEN NEW.EndedAt IS NOT NULL BEGIN UPDATE access_session SET EndedAt = NULL, Termination = NULL; END");
        var other = await BrokerWorld.StartAsync(Path.GetDirectoryName(world.Database));
        var ended = BrokerWorld.Value(await other.Get<RevokeGrant>().RunAsync(await other.AsAsync("priya"), grant.Id, BrokerWorld.Cancel));
        await other.StopAsync();
        Assert.NotNull(ended.EntryIndex); // the log has it

        await Task.Delay(LiveSessions.ProveAgainAfter + TimeSpan.FromSeconds(1), BrokerWorld.Cancel);
        await live.RefreshAsync(BrokerWorld.Cancel);

        Assert.Equal(DenyReason.NotInLog, (await live.FindAsync(started.Session.Id, BrokerWorld.Cancel)).Reason);
    }

    [Theory]
    [InlineData(43)]
    [InlineData(80)]
    public async Task InsertedBrowserCode_OpensNobodysSession(int length)
    {
        await using var world = await BrokerWorld.StartAsync();
        var session = (await world.StartedAsync(await world.GrantedAsync())).Session;
        var code = new string('a', length);
        var hash = Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(code)));
        var until = (world.Time.GetUtcNow().AddMinutes(1) - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        await world.TamperAsync($"INSERT INTO browser_code (CodeHash, SessionId, ExpiresAt) VALUES ('{hash}', '{session.Id.ToString().ToUpperInvariant()}', {until})");

        Assert.Null(await world.Get<BrowserCodes>().RedeemAsync(code, "http://acme--helpdesk.localhost:8480", BrokerWorld.Cancel));
    }

    [Fact]
    public async Task BrowserCodeMovedToAnotherSession_OpensNothing()
    {
        await using var world = await BrokerWorld.StartAsync();
        var mine = (await world.StartedAsync(await world.GrantedAsync("eve"), "eve")).Session;
        var victim = (await world.StartedAsync(await world.GrantedAsync())).Session;
        var address = new Uri(BrokerWorld.Value(await world.Get<OpenBrowser>().RunAsync(await world.AsAsync("eve"), mine.Id, BrokerWorld.Cancel)).Url);
        Assert.Equal(1, await world.TamperAsync($"UPDATE browser_code SET SessionId = '{victim.Id.ToString().ToUpperInvariant()}'"));

        Assert.Null(await world.Get<BrowserCodes>().RedeemAsync(address.Query["?code=".Length..], "http://acme--helpdesk.localhost:8480", BrokerWorld.Cancel));
    }

    [Theory]
    [InlineData("UPDATE person SET Profile = (SELECT Profile FROM person WHERE Subject = 'priya') WHERE Subject = 'dana'")]
    [InlineData("UPDATE person SET Profile = x'01' WHERE Subject = 'dana'")]
    public async Task ForeignProfile_NamesNobody(string sql)
    {
        await using var world = await BrokerWorld.StartAsync();
        await world.AsAsync("dana");
        Assert.Equal(1, await world.TamperAsync(sql));

        Assert.Equal("(erased person)", (await world.AsAsync("dana")).Name);
    }

    [Fact]
    public async Task InsertedRole_IsNotHonoured()
    {
        await using var world = await BrokerWorld.StartAsync();
        var request = await world.AskedAsync();
        await world.TamperAsync($"""
            INSERT INTO role_assignment (Id, PersonId, Role, Tenant, AssignedAt, EntryIndex, EntryId)
            SELECT '{Guid.CreateVersion7().ToString().ToUpperInvariant()}', (SELECT Id FROM person WHERE Subject = 'eve'), Role, Tenant, AssignedAt, EntryIndex, EntryId
            FROM role_assignment WHERE PersonId = (SELECT Id FROM person WHERE Subject = 'priya')
            """);

        Assert.DoesNotContain(new HeldRole(Role.Approver, "acme"), (await world.AsAsync("eve")).Roles);
        Assert.Equal(404, (await world.ApproveAsync("eve", request)).Refusal!.Status);
    }

    [Theory]
    [InlineData("UPDATE person SET Subject = 'mallory-approver' WHERE Subject = 'priya'")]
    [InlineData("UPDATE role_assignment SET Role = 10 WHERE Role = 1")]
    [InlineData("UPDATE role_assignment SET Tenant = 'acme' WHERE Tenant = 'globex'")]
    [InlineData("UPDATE role_assignment SET PersonId = (SELECT Id FROM person WHERE Subject = 'eve') WHERE Role = 10")]
    public async Task EditedRole_IsNotHonoured(string sql)
    {
        await using var world = await BrokerWorld.StartAsync();
        await world.TamperAsync(sql);
        foreach (var who in new[] { "mallory-approver", "dana", "eve", "olga" })
            Assert.DoesNotContain((await world.AsAsync(who)).Roles, r => r.Role == Role.Approver && r.Tenant == "acme");
    }

    [Fact]
    public async Task LostDatabase_For5Seconds_EndsEverySession()
    {
        await using var world = await BrokerWorld.StartAsync();
        var grant = await world.GrantedAsync();
        var started = await world.StartedAsync(grant);
        var live = world.Get<LiveSessions>();
        await live.FindAsync(started.Session.Id, BrokerWorld.Cancel);
        TerminationReason? cut = null;
        using var open = world.Get<SessionConnections>().Register(started.Session.Id, grant.Id, r => cut = r, world.Time.GetUtcNow);
        await live.RefreshAsync(BrokerWorld.Cancel);
        await world.TamperAsync("ALTER TABLE access_session RENAME TO access_session_gone");

        var lost = Stopwatch.StartNew();
        while (cut is null && lost.Elapsed < TimeSpan.FromSeconds(20))
            await Task.Delay(50, BrokerWorld.Cancel);

        Assert.InRange(lost.Elapsed, TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(8));
        Assert.Equal(TerminationReason.BrokerLost, cut);
        Assert.Equal(DenyReason.SessionEnded, (await live.FindAsync(started.Session.Id, BrokerWorld.Cancel)).Reason);
        await world.TamperAsync("ALTER TABLE access_session_gone RENAME TO access_session");
    }

    /// <summary>What another node does that takes this one for dead is one number moved on in the database.</summary>
    [Fact]
    public async Task NodeReapedByAnother_EndsEverySession()
    {
        await using var world = await BrokerWorld.StartAsync();
        var grant = await world.GrantedAsync();
        var started = await world.StartedAsync(grant);
        var live = world.Get<LiveSessions>();
        await live.FindAsync(started.Session.Id, BrokerWorld.Cancel);
        TerminationReason? cut = null;
        using var open = world.Get<SessionConnections>().Register(started.Session.Id, grant.Id, r => cut = r, world.Time.GetUtcNow);

        await world.TamperAsync("UPDATE audit_node SET boot = boot + 1, alive_until = 0");
        for (var i = 0; i < 400 && cut is null; i++)
            await Task.Delay(50, BrokerWorld.Cancel);

        Assert.Equal(TerminationReason.BrokerLost, cut);
        Assert.Equal(DenyReason.SessionEnded, (await live.FindAsync(started.Session.Id, BrokerWorld.Cancel)).Reason);
    }
}
