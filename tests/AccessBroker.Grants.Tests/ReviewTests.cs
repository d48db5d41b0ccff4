using System.Security.Cryptography;
using System.Text;
using AccessBroker.Contracts;

namespace AccessBroker.Grants.Tests;

public sealed class ReviewTests
{
    [Fact]
    public async Task Approve_AsAsked_GrantsFromNowAndRecordsWhatWasShown()
    {
        await using var world = await BrokerWorld.StartAsync();
        var request = await world.AskedAsync();

        var grant = BrokerWorld.Value(await world.ApproveAsync("priya", request));

        Assert.Equal("active", grant.State);
        Assert.Equal(world.Time.GetUtcNow(), grant.NotBefore);
        Assert.Equal(world.Time.GetUtcNow().AddMinutes(30), grant.NotAfter);
        Assert.Equal(("Dana", "Priya"), (grant.Holder.Name, grant.Approver.Name));
        Assert.Equal("http://acme--helpdesk.localhost:8480", grant.GatewayOrigin);
        var review = Assert.Single(await world.LogAsync("review.approved"));
        var shown = review["shown"]!;
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(shown))), review["shown_sha256"]);
        foreach (var part in new[] { "Dana", "Northwind", "30 minutes", BrokerWorld.Reason, "See your tickets and their comments", "Write comments on your tickets", grant.ScopeHash })
            Assert.Contains(part, shown, StringComparison.Ordinal);
        Assert.Equal(("server", "demo-persona"), (review["attested"], review["sign_in"]));
        var created = Assert.Single(await world.LogAsync("grant.created"));
        Assert.Equal(grant.EntryIndex, created.Index);
        Assert.Equal(grant.ScopeHash, Scopes.Hash(created.Body.GetProperty("scope").GetRawText()));
        Assert.Equal(review.Trail, created.Trail);
    }

    [Fact]
    public async Task Approve_WithLess_GrantsLess()
    {
        await using var world = await BrokerWorld.StartAsync();
        var request = await world.AskedAsync();

        var grant = BrokerWorld.Value(await world.ApproveAsync("priya", request, 15, "tickets.read"));

        Assert.Equal(world.Time.GetUtcNow().AddMinutes(15), grant.NotAfter);
        Assert.Equal("tickets.read", Assert.Single(grant.Operations).Name);
        Assert.NotEqual(request.ScopeHash, grant.ScopeHash);
        Assert.Equal((30, 2), (grant.AskedMinutes, grant.AskedOperations.Count));
    }

    [Fact]
    public async Task Approve_TextThatWasShown_IsWhatTheLogHolds()
    {
        await using var world = await BrokerWorld.StartAsync();
        var request = await world.AskedAsync();
        var consent = BrokerWorld.Value(await PreviewAsync(world, "priya", request, 15, "tickets.read"));

        var grant = BrokerWorld.Value(await ApproveShownAsync(world, request, consent.Shown, 15, "tickets.read"));

        var review = Assert.Single(await world.LogAsync("review.approved"));
        Assert.Equal(consent.Text, review["shown"]);
        Assert.Contains("15 minutes", consent.Text, StringComparison.Ordinal);
        Assert.Contains("Will not be able to:", consent.Text, StringComparison.Ordinal);
        Assert.Equal((consent.ScopeHash, consent.ScopeHash), (grant.ScopeHash, review["scope_hash"]));
        Assert.Contains(grant.ScopeHash, consent.Text, StringComparison.Ordinal);
        Assert.True(review.Body.GetProperty("shown_confirmed").GetBoolean());
    }

    [Fact]
    public async Task Approve_OtherTextThanShown_GrantsNothing()
    {
        await using var world = await BrokerWorld.StartAsync();
        var request = await world.AskedAsync();
        var consent = BrokerWorld.Value(await PreviewAsync(world, "priya", request, 15, "tickets.read"));

        Assert.Equal((409, "consent-not-shown"), Code((await ApproveShownAsync(world, request, consent.Shown, null)).Refusal));
        Assert.Equal((409, "consent-not-shown"), Code((await ApproveShownAsync(world, request, "", 15, "tickets.read")).Refusal));
        Assert.Empty(await world.LogAsync("grant.created"));
    }

    [Fact]
    public async Task Approve_NoTextShown_IsSaidInTheLog()
    {
        await using var world = await BrokerWorld.StartAsync();
        await world.GrantedAsync();
        Assert.False(Assert.Single(await world.LogAsync("review.approved")).Body.GetProperty("shown_confirmed").GetBoolean());
    }

    [Fact]
    public async Task Preview_NotThisCustomersApprover_Refuses()
    {
        await using var world = await BrokerWorld.StartAsync();
        var request = await world.AskedAsync();
        Assert.Equal((404, "not-found"), Code((await PreviewAsync(world, "olga", request, null)).Refusal));
        Assert.Equal((403, "own-request"), Code((await PreviewAsync(world, "dana", request, null)).Refusal));
        Assert.Equal((422, "scope-widened"), Code((await PreviewAsync(world, "priya", request, 31)).Refusal));
    }

    [Fact]
    public async Task Deny_RecordsTheTextOfWhatWasAsked()
    {
        await using var world = await BrokerWorld.StartAsync();
        var request = await world.AskedAsync();
        var asked = BrokerWorld.Value(await PreviewAsync(world, "priya", request, null));

        await DenyAsync(world, "priya", request);

        var review = Assert.Single(await world.LogAsync("review.denied"));
        Assert.Equal((asked.Text, asked.Shown), (review["shown"], review["shown_sha256"]));
    }

    [Fact]
    public async Task Approve_WithMore_Refuses()
    {
        await using var world = await BrokerWorld.StartAsync();
        var request = await world.AskedAsync();

        foreach (var outcome in new[] { await world.ApproveAsync("priya", request, 31), await world.ApproveAsync("priya", request, null, "tickets.read", "tickets.reply") })
            Assert.Equal((422, "scope-widened"), (outcome.Refusal!.Status, outcome.Refusal.Code));
        Assert.Equal("invalid", (await world.ApproveAsync("priya", request, 0)).Refusal!.Code);
        Assert.Empty(await world.LogAsync("grant.created"));
    }

    [Fact]
    public async Task Approve_OtherVersionThanShown_Refuses()
    {
        await using var world = await BrokerWorld.StartAsync();
        var request = await world.AskedAsync();
        var refusal = (await world.ApproveAsync("priya", request with { Version = 7 })).Refusal!;
        Assert.Equal((409, "changed-meanwhile"), (refusal.Status, refusal.Code));
    }

    [Fact]
    public async Task Approve_Twice_SaysWhoAndWhen()
    {
        await using var world = await BrokerWorld.StartAsync();
        var request = await world.AskedAsync();
        await world.ApproveAsync("priya", request);
        world.Time.Advance(TimeSpan.FromMinutes(3));

        var refusal = (await world.ApproveAsync("paul", request)).Refusal!;

        Assert.Equal((409, "already-decided", "Priya approved this at 14:02 UTC."), (refusal.Status, refusal.Code, refusal.Detail));
    }

    [Fact]
    public async Task Approve_OwnRequest_RefusesAdministratorsToo()
    {
        await using var world = await BrokerWorld.StartAsync();
        var own = await world.AskedAsync("both");
        var danas = await world.AskedAsync();

        Assert.Equal((403, "own-request"), Code((await world.ApproveAsync("both", own)).Refusal));
        Assert.Equal((403, "own-request"), Code((await world.ApproveAsync("dana", danas)).Refusal));
        Assert.Equal((403, "own-request"), Code((await DenyAsync(world, "both", own)).Refusal));
    }

    [Theory]
    [InlineData("olga", 404, "not-found"), InlineData("eve", 404, "not-found"), InlineData("ada", 404, "not-found"), InlineData("alan", 403, "not-an-approver")]
    public async Task Approve_NotThisCustomersApprover_Refuses(string who, int status, string code)
    {
        await using var world = await BrokerWorld.StartAsync();
        var request = await world.AskedAsync();
        Assert.Equal((status, code), Code((await world.ApproveAsync(who, request)).Refusal));
        Assert.Equal((status, code), Code((await DenyAsync(world, who, request)).Refusal));
    }

    [Fact]
    public async Task Approve_UnansweredFor12Hours_Refuses()
    {
        await using var world = await BrokerWorld.StartAsync();
        var request = await world.AskedAsync();
        world.Time.Advance(TimeSpan.FromHours(12));
        Assert.Equal((409, "request-expired"), Code((await world.ApproveAsync("priya", request)).Refusal));
    }

    [Fact]
    public async Task Decide_AtTheSameTime_OneWins()
    {
        await using var world = await BrokerWorld.StartAsync();
        var request = await world.AskedAsync();

        var approvals = Enumerable.Range(0, 4).Select(i => Task.Run(async () => (await world.ApproveAsync(i % 2 == 0 ? "priya" : "paul", request)).Refusal));
        var denials = Enumerable.Range(0, 4).Select(i => Task.Run(async () => (await DenyAsync(world, i % 2 == 0 ? "priya" : "paul", request)).Refusal));
        await Task.WhenAll(approvals.Concat(denials).ToList());

        var decisions = (await world.LogAsync()).Where(e => e.Kind is "review.approved" or "review.denied").ToList();
        Assert.Single(decisions);
        Assert.Equal(decisions[0].Kind == "review.approved" ? 1 : 0, (await world.LogAsync("grant.created")).Count);
    }

    [Fact]
    public async Task Deny_Pending_IsFinalAndKeepsTheReason()
    {
        await using var world = await BrokerWorld.StartAsync();
        var request = await world.AskedAsync();

        var denied = BrokerWorld.Value(await DenyAsync(world, "priya", request));

        Assert.Equal(("denied", "Not today.", "Priya"), (denied.State, denied.DenialReason, denied.DecidedBy!.Name));
        Assert.Equal("Priya denied this at 14:02 UTC.", (await world.ApproveAsync("paul", request)).Refusal!.Detail);
        Assert.Equal("Not today.", Assert.Single(await world.LogAsync("review.denied"))["reason"]);
    }

    [Fact]
    public async Task Cancel_OwnPending_IsRecorded()
    {
        await using var world = await BrokerWorld.StartAsync();
        var request = await world.AskedAsync();

        Assert.Equal("not-found", (await world.Get<CancelRequest>().RunAsync(await world.AsAsync("eve"), request.Id, BrokerWorld.Cancel)).Refusal!.Code);
        var cancelled = BrokerWorld.Value(await world.Get<CancelRequest>().RunAsync(await world.AsAsync("dana"), request.Id, BrokerWorld.Cancel));

        Assert.Equal("cancelled", cancelled.State);
        Assert.Equal("already-decided", (await world.ApproveAsync("priya", request)).Refusal!.Code);
        Assert.Single(await world.LogAsync("request.cancelled"));
    }

    [Fact]
    public async Task Sweep_UnansweredFor12Hours_RecordsOnce()
    {
        await using var world = await BrokerWorld.StartAsync();
        var request = await world.AskedAsync();
        world.Time.Advance(TimeSpan.FromHours(12));

        await world.Get<RequestExpiry>().SweepAsync(BrokerWorld.Cancel);
        await world.Get<RequestExpiry>().SweepAsync(BrokerWorld.Cancel);

        var entry = Assert.Single(await world.LogAsync("request.expired"));
        Assert.Equal("_system", entry["actor"]);
        Assert.Equal("expired", BrokerWorld.Value(await world.Get<RequestQueries>().GetAsync(await world.AsAsync("dana"), request.Id, BrokerWorld.Cancel)).State);
    }

    [Fact]
    public async Task List_OtherCustomers_AreNotSeen()
    {
        await using var world = await BrokerWorld.StartAsync();
        var acme = await world.AskedAsync();
        var globex = await world.AskedAsync("eve", BrokerWorld.Ask("globex"));

        Assert.Equal([acme.Id], await ListAsync(world, "priya"));
        Assert.Equal([globex.Id], await ListAsync(world, "olga"));
        Assert.Equal([acme.Id], await ListAsync(world, "dana"));
        Assert.Equal([globex.Id, acme.Id], await ListAsync(world, "alan"));
        Assert.Empty(await ListAsync(world, "nobody"));
        Assert.Equal(404, (await world.Get<RequestQueries>().GetAsync(await world.AsAsync("olga"), acme.Id, BrokerWorld.Cancel)).Refusal!.Status);
    }

    [Fact]
    public async Task List_PageByPage_ShowsEachOnce()
    {
        await using var world = await BrokerWorld.StartAsync();
        var ids = new List<Guid>();
        foreach (var who in new[] { "dana", "eve", "frank" })
            ids.Insert(0, (await world.AskedAsync(who)).Id);
        var queries = world.Get<RequestQueries>();
        var alan = await world.AsAsync("alan");

        var first = BrokerWorld.Value(await queries.ListAsync(alan, "pending", "acme", null, 2, BrokerWorld.Cancel));
        var second = BrokerWorld.Value(await queries.ListAsync(alan, "pending", "acme", first.Next, 2, BrokerWorld.Cancel));

        Assert.Equal(ids, first.Items.Concat(second.Items).Select(r => r.Id));
        Assert.Null(second.Next);
        Assert.Equal(400, (await queries.ListAsync(alan, "maybe", null, null, 2, BrokerWorld.Cancel)).Refusal!.Status);
        Assert.Equal(400, (await queries.ListAsync(alan, null, null, "x", 2, BrokerWorld.Cancel)).Refusal!.Status);
    }

    private static async Task<List<Guid>> ListAsync(BrokerWorld world, string who) =>
        [.. BrokerWorld.Value(await world.Get<RequestQueries>().ListAsync(await world.AsAsync(who), null, null, null, 50, BrokerWorld.Cancel)).Items.Select(r => r.Id)];

    private static async Task<Outcome<RequestView>> DenyAsync(BrokerWorld world, string who, RequestView request) =>
        await world.Get<DenyAccess>().RunAsync(await world.AsAsync(who), request.Id, new DenyRequest(request.Version, "Not today."), BrokerWorld.Cancel);

    private static (int, string) Code(Refusal? refusal) => (refusal!.Status, refusal.Code);

    private static async Task<Outcome<ConsentView>> PreviewAsync(BrokerWorld world, string who, RequestView request, int? minutes, params string[] operations) =>
        await world.Get<PreviewConsent>().RunAsync(await world.AsAsync(who), request.Id, minutes, operations.Length == 0 ? null : operations, BrokerWorld.Cancel);

    private static async Task<Outcome<GrantView>> ApproveShownAsync(BrokerWorld world, RequestView request, string shown, int? minutes, params string[] operations) =>
        await world.Get<ApproveAccess>().RunAsync(
            await world.AsAsync("priya"), request.Id, new ApproveRequest(request.Version, minutes, operations.Length == 0 ? null : operations, shown), BrokerWorld.Cancel);
}
