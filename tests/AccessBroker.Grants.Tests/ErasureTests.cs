using AccessBroker.Access;
using AccessBroker.Audit;
using AccessBroker.Contracts;

namespace AccessBroker.Grants.Tests;

/// <summary>Forgetting before retention ends: two people, one of them the customer's, and the log says who.</summary>
public sealed class ErasureTests
{
    private const string Authority = "GDPR Art. 17";
    private const string Why = "The person asked us to forget them.";

    [Fact]
    public async Task Confirmed_BodiesGo_AuthorityAndPeopleStayOnTheTrail()
    {
        await using var world = await BrokerWorld.StartAsync();
        var asked = await world.AskedAsync();
        Value(await world.Get<CancelRequest>().RunAsync(await world.AsAsync("dana"), asked.Id, BrokerWorld.Cancel));

        var proposed = await ProposedAsync(world, "ada", new ProposeErasure("acme", Authority, Why, Entries: [asked.EntryIndex]));
        Assert.Equal(("proposed", $"entries:{asked.EntryIndex}"), (proposed.State, proposed.What));
        Assert.Equal("confirmed", Value(await DecideAsync(world, "priya", proposed)).State);

        var done = await DoneAsync(world, proposed);
        Assert.Equal(1, done.Erased);
        Assert.Null((await world.Get<ITrailReader>().ReadAsync(asked.EntryIndex, BrokerWorld.Cancel))!.Body);
        var request = Value(await world.Get<RequestQueries>().GetAsync(await world.AsAsync("priya"), asked.Id, BrokerWorld.Cancel));
        Assert.Equal(("(erased)", (string?)null), (request.Reason, request.Ticket));
        var class7 = Assert.Single(await LogAsync(world, "log.erased"));
        var (ada, priya) = ((await world.AsAsync("ada")).PersonId.ToString("D"), (await world.AsAsync("priya")).PersonId.ToString("D"));
        Assert.Equal((ada, priya, Authority, Why, "request.created"), (class7["proposed_by"], class7["actor"], class7["authority"], class7["reason"], class7["erased_kind"]));
        Assert.Single(await LogAsync(world, "admin.erasure.done"));
    }

    [Theory]
    [InlineData("ada", "ada", "own-erasure")]
    [InlineData("priya", "priya", "own-erasure")]
    [InlineData("ada", "both2", "customer-must-agree")]
    [InlineData("ada", "alan", "may-not-erase")]
    [InlineData("ada", "olga", "not-found")]
    [InlineData("ada", "dana", "not-found")]
    public async Task Confirming_ByTheWrongPerson_IsRefusedAndNothingIsErased(string proposer, string confirmer, string code)
    {
        await using var world = await BrokerWorld.StartAsync(null, ("Identity:Assignments:20:Provider", BrokerWorld.Issuer), ("Identity:Assignments:20:Subject", "both2"), ("Identity:Assignments:20:Role", "Administrator"));
        var proposed = await ProposedAsync(world, proposer, new ProposeErasure("acme", Authority, Why, Everything: true));

        var refusal = (await DecideAsync(world, confirmer, proposed)).Refusal!;

        Assert.Equal(code, refusal.Code);
        Assert.Empty(await LogAsync(world, "admin.erasure.confirmed"));
    }

    [Fact]
    public async Task Everything_RolesAndTheErasureItselfStay_ApproversCanStillApprove()
    {
        await using var world = await BrokerWorld.StartAsync();
        await world.GrantedAsync();
        var proposed = await ProposedAsync(world, "priya", new ProposeErasure("acme", Authority, Why, Everything: true));
        Value(await DecideAsync(world, "paul", proposed));
        Assert.InRange((await DoneAsync(world, proposed)).Erased, 2, 20);

        Assert.Single(await LogAsync(world, "admin.erasure.proposed"));
        Assert.Single(await LogAsync(world, "admin.erasure.confirmed"));
        Assert.Equal("active", (await world.GrantedAsync("eve")).State);
    }

    [Fact]
    public async Task Staff_WhoLeft_TheirNameAndIdentityAreGoneFromEveryFile()
    {
        var world = await BrokerWorld.StartAsync(null, Unmistakable);
        var leaver = (await world.AsAsync("subject-to-forget")).PersonId;
        Assert.Equal("still-has-access", (await ProposeAsync(world, "ada", leaver)).Refusal!.Code);
        Value(await world.Get<SignInRecorder>().RecordAsync(new SignedIn(BrokerWorld.Issuer, "subject-to-forget", null, null, null, "oidc", "192.0.2.77"), BrokerWorld.Cancel));
        await using var after = await BrokerWorld.StartAsync(await world.StopAsync(), Replaced);
        Assert.True(AnyFileHolds(after, "subject-to-forget"));
        Assert.True(AnyFileHolds(after, "192.0.2.77"));

        var proposed = Value(await ProposeAsync(after, "subject-to-forget", leaver)); // they may ask for it themselves
        Assert.Equal("own-erasure", (await DecideAsync(after, "subject-to-forget", proposed)).Refusal!.Code);
        Value(await DecideAsync(after, "ada", proposed));
        Assert.Equal(1, (await DoneAsync(after, proposed, "ada")).Erased - Assigned);

        Assert.False(AnyFileHolds(after, "subject-to-forget"));
        Assert.False(AnyFileHolds(after, "192.0.2.77"));
        var erased = await LogAsync(after, "log.erased");
        Assert.Equal(["admin.role.assigned", "admin.role.removed", "auth.signed-in"], erased.Select(e => e["erased_kind"]!).Order());
        Assert.All(erased, e => Assert.Equal("_system", e["tenant"]));
        Assert.NotEqual(leaver, (await after.AsAsync("subject-to-forget")).PersonId); // a stranger, should they come back
    }

    [Theory]
    [InlineData("dana", false, false, "may-not-erase")]
    [InlineData("priya", false, false, "may-not-erase")]
    [InlineData("ada", true, false, "invalid")]
    [InlineData("ada", false, true, "not-found")]
    public async Task Staff_AskedByOthersOrAsAWholeOrForACustomersPerson_IsRefused(string proposer, bool everything, bool customers, string code)
    {
        await using var world = await BrokerWorld.StartAsync();
        var person = (await world.AsAsync(customers ? "priya" : "eve")).PersonId;

        var refusal = (await world.Get<ProposeForgetting>().RunAsync(
            await world.AsAsync(proposer), new ProposeErasure("_system", Authority, Why, Person: everything ? null : person, Everything: everything), BrokerWorld.Cancel)).Refusal!;

        Assert.Equal(code, refusal.Code);
    }

    [Fact]
    public async Task RowsWrittenIntoTheDatabase_AreNotCarriedOut()
    {
        await using var world = await BrokerWorld.StartAsync();
        var asked = await world.AskedAsync();
        Value(await world.Get<CancelRequest>().RunAsync(await world.AsAsync("dana"), asked.Id, BrokerWorld.Cancel));
        var forged = await ProposedAsync(world, "ada", new ProposeErasure("acme", Authority, Why, Entries: [asked.EntryIndex]));
        await world.TamperAsync("UPDATE erasure SET State = 2, DecidedBy = (SELECT Id FROM person WHERE Subject = 'priya'), DecidedAt = ProposedAt, DecisionIndex = EntryIndex, DecisionId = EntryId");
        var genuine = await ProposedAsync(world, "priya", new ProposeErasure("acme", Authority, Why, Entries: [asked.EntryIndex + 1]));
        Value(await DecideAsync(world, "ada", genuine)); // wakes the runner, which looks at both

        await DoneAsync(world, genuine);

        Assert.NotNull((await world.Get<ITrailReader>().ReadAsync(asked.EntryIndex, BrokerWorld.Cancel))!.Body);
        Assert.Equal("confirmed", (await GetAsync(world, forged)).State);
    }

    [Fact]
    public async Task Widened_AfterItWasConfirmed_IsNotCarriedOut()
    {
        await using var world = await BrokerWorld.StartAsync(null, ("Log:LegalHold:0", "globex"));
        var proposed = await ProposedAsync(world, "priya", new ProposeErasure("acme", Authority, Why, Entries: [999_999]));
        Value(await DecideAsync(world, "paul", proposed));
        await DoneAsync(world, proposed);
        await world.TamperAsync("UPDATE erasure SET State = 2, What = 'everything'");
        var again = await ProposedAsync(world, "priya", new ProposeErasure("acme", Authority, Why, Entries: [999_998]));
        Value(await DecideAsync(world, "paul", again));
        await DoneAsync(world, again);

        Assert.Empty(await LogAsync(world, "log.erased"));
    }

    [Fact]
    public async Task LegalHold_StopsProposing()
    {
        await using var world = await BrokerWorld.StartAsync(null, ("Log:LegalHold:0", "acme"));

        var refusal = (await world.Get<ProposeForgetting>().RunAsync(await world.AsAsync("priya"), new ProposeErasure("acme", Authority, Why, Everything: true), BrokerWorld.Cancel)).Refusal!;

        Assert.Equal((409, "legal-hold"), (refusal.Status, refusal.Code));
    }

    [Fact]
    public async Task Proposal_WithManyFaults_NamesThemAllAtOnce()
    {
        await using var world = await BrokerWorld.StartAsync();

        var refusal = (await world.Get<ProposeForgetting>().RunAsync(
            await world.AsAsync("priya"), new ProposeErasure("acme", "x", "short", Entries: [1], Everything: true), BrokerWorld.Cancel)).Refusal!;

        Assert.Equal(["authority", "entries", "reason"], refusal.Errors!.Keys.Order());
    }

    /// <summary>The entries that gave a role and took it away, besides the sign-in.</summary>
    private const int Assigned = 2;

    private static (string, string)[] Unmistakable => [("Identity:Assignments:1:Subject", "subject-to-forget"), ("Identity:Assignments:1:Name", "Name To Forget")];

    private static (string, string)[] Replaced => [("Identity:Assignments:1:Subject", "eve")];

    /// <summary>As the files are: nothing is vacuumed, and the write-ahead log is one of them.</summary>
    private static bool AnyFileHolds(BrokerWorld world, string text)
    {
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(world.Database)!, "broker.db*"))
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(stream, System.Text.Encoding.Latin1);
            if (reader.ReadToEnd().Contains(text, StringComparison.Ordinal))
                return true;
        }
        return false;
    }

    private static async Task<Outcome<ErasureView>> ProposeAsync(BrokerWorld world, string subject, Guid person) =>
        await world.Get<ProposeForgetting>().RunAsync(await world.AsAsync(subject), new ProposeErasure("_system", Authority, Why, Person: person), BrokerWorld.Cancel);

    private static async Task<ErasureView> ProposedAsync(BrokerWorld world, string subject, ProposeErasure proposal) =>
        Value(await world.Get<ProposeForgetting>().RunAsync(await world.AsAsync(subject), proposal, BrokerWorld.Cancel));

    private static async Task<Outcome<ErasureView>> DecideAsync(BrokerWorld world, string subject, ErasureView order) =>
        await world.Get<DecideForgetting>().RunAsync(await world.AsAsync(subject), order.Id, confirm: true, BrokerWorld.Cancel);

    private static async Task<ErasureView> GetAsync(BrokerWorld world, ErasureView order, string subject = "priya") =>
        Value(await world.Get<ErasureQueries>().GetAsync(await world.AsAsync(subject), order.Id, BrokerWorld.Cancel));

    private static async Task<ErasureView> DoneAsync(BrokerWorld world, ErasureView order, string subject = "priya")
    {
        for (var i = 0; i < 200; i++)
        {
            if (await GetAsync(world, order, subject) is { State: "done" } done)
                return done;
            await Task.Delay(50, BrokerWorld.Cancel);
        }
        throw new InvalidOperationException("The erasure was not carried out within ten seconds.");
    }

    /// <summary>As <see cref="BrokerWorld.LogAsync(string)"/>, of entries whose bodies are still there.</summary>
    private static async Task<IReadOnlyList<LoggedEntry>> LogAsync(BrokerWorld world, string kind)
    {
        var reader = world.Get<ITrailReader>();
        var entries = new List<LoggedEntry>();
        for (var index = 0L; await reader.ReadAsync(index, BrokerWorld.Cancel) is { } entry; index++)
        {
            if (entry.Body is { } body)
                entries.Add(new LoggedEntry(index, entry.Header.Id, entry.Header.Ref, entry.Header.Trail.ToString(), System.Text.Json.JsonDocument.Parse(body).RootElement));
        }
        return [.. entries.Where(e => e.Kind == kind)];
    }

    private static T Value<T>(Outcome<T> outcome)
        where T : class => BrokerWorld.Value(outcome);
}
