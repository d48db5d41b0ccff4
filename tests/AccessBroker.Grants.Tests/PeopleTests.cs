using AccessBroker.Access;
using Microsoft.Extensions.Options;

namespace AccessBroker.Grants.Tests;

public sealed class PeopleTests
{
    [Fact]
    public async Task Bootstrap_TwoStarts_RecordEachCustomerAndRoleOnce()
    {
        var world = await BrokerWorld.StartAsync();
        await using var restarted = await BrokerWorld.StartAsync(await world.StopAsync());

        Assert.Equal(["acme", "globex"], (await restarted.LogAsync("admin.tenant.created")).Select(e => e["tenant"]!));
        var roles = await restarted.LogAsync("admin.role.assigned");
        Assert.Equal(11, roles.Count);
        Assert.Equal(4, roles.Count(e => e["tenant"] == "acme" || e["tenant"] == "globex"));
        Assert.Equal([new HeldRole(Role.Approver, "acme")], (await restarted.AsAsync("priya")).Roles);
    }

    [Fact]
    public async Task Bootstrap_AssignmentTakenOutOfTheConfiguration_TheRoleIsGoneAndTheLogSaysSoOnce()
    {
        var world = await BrokerWorld.StartAsync();
        var before = await world.AsAsync("priya");
        (string, string)[] without = [("Identity:Assignments:3:Subject", "petra")]; // in priya's place
        world = await BrokerWorld.StartAsync(await world.StopAsync(), without);
        await using var again = await BrokerWorld.StartAsync(await world.StopAsync(), without);

        Assert.Empty((await again.AsAsync("priya")).Roles);
        Assert.Equal([new HeldRole(Role.Approver, "acme")], (await again.AsAsync("petra")).Roles);
        var removed = Assert.Single(await again.LogAsync("admin.role.removed"));
        Assert.Equal(("acme", "Approver", before.PersonId.ToString("D")), (removed["tenant"], removed["role"], removed["person"]));
        Assert.Contains(await again.LogAsync("admin.role.assigned"), e => e.Id == removed.Ref && e["person"] == removed["person"]);

        // Somebody with the database password puts the row back: the log knows better.
        await again.TamperAsync("UPDATE role_assignment SET RemovedAt = NULL");
        Assert.Empty((await again.AsAsync("priya")).Roles);
    }

    [Fact]
    public async Task Bootstrap_EngineerTakenOut_SessionsEndNothingNewStartsAndWhatWasAskedCannotBeApproved()
    {
        var world = await BrokerWorld.StartAsync();
        var grant = await world.GrantedAsync();
        var session = (await world.StartedAsync(grant)).Session;
        var waiting = await world.AskedAsync("dana", BrokerWorld.Ask(target: "crm", operations: "orders.read"));
        await using var after = await BrokerWorld.StartAsync(await world.StopAsync(), ("Identity:Assignments:0:Subject", "somebody-new"));

        Assert.Equal(DenyReason.PersonLocked, (await after.Get<LiveSessions>().FindAsync(session.Id, BrokerWorld.Cancel)).Reason);
        Assert.Equal("person-locked", Assert.Single(await after.LogAsync("session.ended"))["reason"]);
        Assert.Equal("not-an-engineer", (await after.Get<StartSession>().RunAsync(await after.AsAsync("dana"), grant.Id, BrokerWorld.Cancel)).Refusal!.Code);
        Assert.Equal("requester-left", (await after.ApproveAsync("priya", waiting)).Refusal!.Code);
    }

    [Fact]
    public async Task SignIn_Persona_IsRecordedWhereThePersonBelongs()
    {
        await using var world = await BrokerWorld.StartAsync();
        foreach (var who in new[] { "dana", "priya" })
            BrokerWorld.Value(await world.Get<SignInRecorder>().RecordAsync(
                new SignedIn(BrokerWorld.Issuer, who, null, null, null, "demo-persona", "127.0.0.1"), BrokerWorld.Cancel));

        var entries = await world.LogAsync("auth.signed-in");
        Assert.Equal(["_system", "acme"], entries.Select(e => e["tenant"]!));
        Assert.All(entries, e => Assert.Equal(("demo-persona", "127.0.0.1"), (e["sign_in"], e["ip"])));
        Assert.DoesNotContain("dana", entries[0].Body.GetRawText(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task SignIn_AuditUnavailable_StillWorksForThoseWhoMustEndAccess()
    {
        await using var world = await BrokerWorld.StartAsync();
        var who = new SignedIn(BrokerWorld.Issuer, "priya", null, null, null, "oidc");
        await using (await world.HoldWriteLockAsync())
            Assert.Equal("Priya", BrokerWorld.Value(await world.Get<SignInRecorder>().RecordAsync(who, BrokerWorld.Cancel)).Name);
    }

    [Fact]
    public async Task Resolve_FirstSignIn_MakesAPersonWithoutRoles()
    {
        await using var world = await BrokerWorld.StartAsync();
        var actor = await world.AsAsync("stranger");
        Assert.Empty(actor.Roles);
        Assert.Equal(actor.PersonId, (await world.AsAsync("stranger")).PersonId);
        Assert.Empty(world.Get<CatalogueQueries>().For(actor).Targets);
    }

    [Fact]
    public async Task Catalogue_CustomersPeople_SeeTheirOwnCustomer()
    {
        await using var world = await BrokerWorld.StartAsync();
        var catalogue = world.Get<CatalogueQueries>();
        Assert.Equal(["acme", "globex"], catalogue.For(await world.AsAsync("dana")).Tenants.Select(t => t.Id));
        var own = catalogue.For(await world.AsAsync("olga"));
        Assert.Equal("globex", Assert.Single(own.Tenants).Id);
        Assert.Equal(32, Convert.FromBase64String(own.Tenants[0].Trail).Length);
        Assert.Equal(["helpdesk", "crm"], own.Targets.Select(t => t.Name));
    }

    [Fact]
    public async Task Start_WrongAssignments_NamesThemAll()
    {
        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => BrokerWorld.StartAsync(
            null, ("Tenants:0:Id", "Acme"), ("Identity:Assignments:0:Role", "Boss"), ("Identity:Assignments:1:Tenant", "acme"), ("Identity:Assignments:3:Tenant", "initech")));
        foreach (var part in new[] { "Tenants:0:Id is \"Acme\"", "Identity:Assignments:0:Role is \"Boss\"", "Identity:Assignments:1:Tenant is \"acme\"", "Identity:Assignments:3:Tenant is \"initech\"" })
            Assert.Contains(part, failure.Message, StringComparison.Ordinal);
    }
}
