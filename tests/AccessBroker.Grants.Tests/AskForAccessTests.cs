using AccessBroker.Access;
using AccessBroker.Contracts;

namespace AccessBroker.Grants.Tests;

public sealed class AskForAccessTests
{
    [Fact]
    public async Task RunAsync_GoodRequest_IsPendingAndRecordedOnTheCustomersTrail()
    {
        await using var world = await BrokerWorld.StartAsync();

        var view = await world.AskedAsync();

        Assert.Equal("pending", view.State);
        Assert.Equal(["tickets.read", "tickets.stream"], view.Operations.Select(o => o.Name));
        Assert.Equal("/orgs/acme/tickets", view.Operations[0].Paths[0]);
        Assert.Equal(["Write comments on your tickets"], view.WillNotBeAbleTo);
        Assert.Equal(world.Time.GetUtcNow().AddHours(12), view.ExpiresAt);
        Assert.Equal("Dana", view.Requester.Name);
        var entry = Assert.Single(await world.LogAsync("request.created"));
        Assert.Equal(view.EntryIndex, entry.Index);
        Assert.Equal("acme", entry["tenant"]);
        Assert.Equal(BrokerWorld.Reason, entry["reason"]);
        Assert.Equal(view.ScopeHash, entry["scope_hash"]);
        Assert.Equal("demo-persona", entry["sign_in"]);
        Assert.Equal(view.ScopeHash, Scopes.Hash(entry.Body.GetProperty("scope").GetRawText()));
    }

    [Fact]
    public async Task RunAsync_EverythingWrong_ListsEverythingAtOnce()
    {
        await using var world = await BrokerWorld.StartAsync();

        var refusal = (await world.AskAsync("dana", new CreateRequest("initech", "helpdesk", ["tickets.delete"], 481, "curiosity", "short", "no ticket!"))).Refusal!;

        Assert.Equal((422, "invalid"), (refusal.Status, refusal.Code));
        Assert.Equal(["minutes", "operations", "reason", "reasonCode", "tenant", "ticket"], refusal.Errors!.Keys.Order());
        Assert.Empty(await world.LogAsync("request.created"));
    }

    [Theory]
    [InlineData(0), InlineData(481), InlineData(-1)]
    public async Task RunAsync_MinutesOutOfRange_Refuses(int minutes)
    {
        await using var world = await BrokerWorld.StartAsync();
        Assert.Contains("minutes", (await world.AskAsync("dana", BrokerWorld.Ask(minutes: minutes))).Refusal!.Errors!.Keys);
    }

    [Fact]
    public async Task RunAsync_NoOperation_MeansNothingAndIsRefused()
    {
        await using var world = await BrokerWorld.StartAsync();
        Assert.Contains("operations", (await world.AskAsync("dana", BrokerWorld.Ask() with { Operations = [] })).Refusal!.Errors!.Keys);
    }

    [Fact]
    public async Task RunAsync_MaskOrLimits_AreNotPromised()
    {
        await using var world = await BrokerWorld.StartAsync();
        Assert.Equal("mask-not-enforced", (await world.AskAsync("dana", BrokerWorld.Ask() with { Mask = ["$..email"] })).Refusal!.Code);
        Assert.Equal("limits-not-enforced", (await world.AskAsync("dana", BrokerWorld.Ask() with { Limits = new RequestLimits(500) })).Refusal!.Code);
    }

    [Theory]
    [InlineData("Invoices are \u202Egnissim"), InlineData("Invoices are\u0007missing"), InlineData("Invoices\u2066 are missing"), InlineData("Invoices \u200Bare missing")]
    public async Task RunAsync_HiddenCharactersInReason_Refuses(string reason)
    {
        await using var world = await BrokerWorld.StartAsync();
        Assert.Contains("reason", (await world.AskAsync("dana", BrokerWorld.Ask(reason: reason))).Refusal!.Errors!.Keys);
    }

    [Theory]
    [InlineData("priya"), InlineData("alan"), InlineData("ada"), InlineData("nobody")]
    public async Task RunAsync_NotAnEngineer_Refuses(string subject)
    {
        await using var world = await BrokerWorld.StartAsync();
        var refusal = (await world.AskAsync(subject)).Refusal!;
        Assert.Equal((403, "not-an-engineer"), (refusal.Status, refusal.Code));
    }

    [Fact]
    public async Task RunAsync_SecondForSameTarget_NamesTheFirst()
    {
        await using var world = await BrokerWorld.StartAsync();
        var first = await world.AskedAsync();

        var refusal = (await world.AskAsync("dana")).Refusal!;

        Assert.Equal((409, "already-pending"), (refusal.Status, refusal.Code));
        Assert.Contains(first.Id.ToString(), refusal.Detail, StringComparison.Ordinal);
        Assert.True((await world.AskAsync("eve")).Succeeded);
        Assert.True((await world.AskAsync("dana", BrokerWorld.Ask(target: "crm", operations: "orders.read"))).Succeeded);
    }

    [Fact]
    public async Task RunAsync_SameRequestAtTheSameTime_OneWins()
    {
        await using var world = await BrokerWorld.StartAsync();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => world.AskAsync("dana"))));

        Assert.Single(outcomes, o => o.Succeeded);
        Assert.All(outcomes.Where(o => !o.Succeeded), o => Assert.Equal("already-pending", o.Refusal!.Code));
        Assert.Single(await world.LogAsync("request.created"));
    }

    [Fact]
    public async Task RunAsync_SixthForOneCustomer_Refuses()
    {
        await using var world = await BrokerWorld.StartAsync();
        foreach (var (who, target, operation) in new[]
        {
            ("dana", "helpdesk", "tickets.read"), ("eve", "helpdesk", "tickets.read"), ("frank", "helpdesk", "tickets.read"),
            ("dana", "crm", "orders.read"), ("eve", "crm", "orders.read"),
        })
            await world.AskedAsync(who, BrokerWorld.Ask(target: target, operations: operation));

        var sixth = (await world.AskAsync("frank", BrokerWorld.Ask(target: "crm", operations: "orders.read"))).Refusal!;

        Assert.Equal((429, "too-many-pending"), (sixth.Status, sixth.Code));
        Assert.True((await world.AskAsync("frank", BrokerWorld.Ask("globex", "crm", operations: "orders.read"))).Succeeded);
    }

    [Fact]
    public async Task RunAsync_SoonAfterDenial_SaysWhenAgain()
    {
        await using var world = await BrokerWorld.StartAsync();
        var request = await world.AskedAsync();
        BrokerWorld.Value(await world.Get<DenyAccess>().RunAsync(await world.AsAsync("priya"), request.Id, new DenyRequest(request.Version, "Not now."), BrokerWorld.Cancel));
        world.Time.Advance(TimeSpan.FromMinutes(29));

        var refusal = (await world.AskAsync("dana")).Refusal!;

        Assert.Equal((429, "denied-recently"), (refusal.Status, refusal.Code));
        Assert.Contains("2026-03-02 14:32 UTC", refusal.Next, StringComparison.Ordinal);
        Assert.True((await world.AskAsync("eve")).Succeeded);
        world.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.True((await world.AskAsync("dana")).Succeeded);
    }

    [Fact]
    public async Task RunAsync_SameIdempotencyKey_AnswersTheFirstRequest()
    {
        await using var world = await BrokerWorld.StartAsync();

        var first = BrokerWorld.Value(await world.AskAsync("dana", key: "k1"));
        var again = BrokerWorld.Value(await world.AskAsync("dana", key: "k1"));
        var other = await world.AskAsync("dana", BrokerWorld.Ask(minutes: 31), "k1");

        Assert.Equal(first.Id, again.Id);
        Assert.Equal("idempotency-key-reused", other.Refusal!.Code);
        Assert.Single(await world.LogAsync("request.created"));
    }

    [Fact]
    public async Task RunAsync_OldRequestExpiredButNotSwept_ExpiresItAndAsks()
    {
        await using var world = await BrokerWorld.StartAsync(null, ("Requests:PendingFor", "00:05:00"));
        var first = await world.AskedAsync();
        await world.TamperAsync($"UPDATE access_request SET ExpiresAt = {Storage.Microseconds.From(world.Time.GetUtcNow())}");

        var second = await world.AskedAsync();

        Assert.NotEqual(first.Id, second.Id);
        Assert.Single(await world.LogAsync("request.expired"));
    }

    [Fact]
    public async Task Preview_GoodRequest_ShowsItAndStoresNothing()
    {
        await using var world = await BrokerWorld.StartAsync();

        var view = BrokerWorld.Value(await world.Get<PreviewRequest>().RunAsync(await world.AsAsync("dana"), BrokerWorld.Ask(), BrokerWorld.Cancel));

        Assert.Equal(Guid.Empty, view.Id);
        Assert.Equal(2, view.Operations.Count);
        Assert.Empty(await world.LogAsync("request.created"));
        Assert.True((await world.AskAsync("dana")).Succeeded);
    }
}
