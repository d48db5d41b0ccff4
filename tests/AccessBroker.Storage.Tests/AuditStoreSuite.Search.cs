using AccessBroker.Audit;
using AccessBroker.Evidence;
using Microsoft.EntityFrameworkCore;

namespace AccessBroker.Storage.Tests;

/// <summary>The search: found whatever index leads there, honest about where it stopped, and made again from the log.</summary>
public abstract partial class AuditStoreSuite
{
    private const long Many = 10_000, Second = 1_000_000;

    [Fact]
    public async Task Search_TimeIsUp_SaysHowFarItCameAndGoesOnThereWithoutGapOrRepeat()
    {
        await using var database = await CreateDatabaseAsync();
        using var host = await TestNode.BuildAsync(database, TimeProvider.System);
        var records = Get<IAuditRecords>(host);
        await records.StoreEventsAsync([.. Rows(Many)], default);
        var query = new AuditQuery { Tenants = ["acme"], Including = [new(AuditField.Text, "needle")], Limit = 2 };

        var (found, pages) = (new List<long>(), 0);
        AuditPage page;
        do
        {
            page = await records.SearchAsync(query, TimeSpan.Zero, default);
            found.AddRange(page.Events.Select(e => e.Index));
            if (page.SearchedTo is { } until)
                Assert.Equal(until * Second, page.SearchedToTime);
            query = query with { Before = page.SearchedTo ?? (page.Events.Count > 0 ? page.Events[^1].Index : 0) };
            Assert.True(++pages < 20);
        }
        while (page.SearchedTo is not null || page.Events.Count == 2);

        Assert.True(pages > 3);
        Assert.Equal([9_000L, 5_000, 4_999, 3], found);
        Assert.Equal(found, (await records.SearchAsync(query with { Before = null, Limit = 50 }, default)).Select(e => e.Index));
    }

    [Fact]
    public async Task Search_WhateverIndexLeadsThere_FindsTheSameAsLookingAtEveryRow()
    {
        const string Grant = "00000000-0000-7000-8000-000000000007", Session = "00000000-0000-7000-8000-000000000107";
        await using var database = await CreateDatabaseAsync();
        using var host = await TestNode.BuildAsync(database, TimeProvider.System);
        var records = Get<IAuditRecords>(host);
        List<AuditEvent> all = [.. Mixed(1_100)];
        await records.StoreEventsAsync(all, default);
        await using (var context = Get<IDbContextFactory<BrokerDbContext>>(host).CreateDbContext())
        {
            context.Sessions.Add(new Access.Session { Id = new(Session), GrantId = new(Grant), Tenant = "acme", Target = "crm" });
            await context.SaveChangesAsync();
        }

        await SameAsync(AuditField.Grant, Grant, null, e => e.Grant == Grant);
        await SameAsync(AuditField.Grant, Grant, "http.outcome", e => e.Grant == Grant && e.Kind != "http.outcome");
        await SameAsync(AuditField.Session, Session, null, e => e.Session == Session);
        await SameAsync(AuditField.Session, "00000000-0000-7000-8000-000000000108", null, e => e.Session?.EndsWith("108", StringComparison.Ordinal) == true); // has no row
        await SameAsync(AuditField.Status, "500", null, e => e.Status == 500);
        await SameAsync(AuditField.Status, "200", null, e => e.Status == 200);
        await SameAsync(AuditField.Status, "403", "review.", e => e.Status == 403);
        await SameAsync(AuditField.Kind, "review.", null, e => e.Kind == "review.approved");
        await SameAsync(AuditField.Kind, "http.", null, e => e.Kind != "review.approved");
        await SameAsync(AuditField.Kind, "h", "http.i", e => e.Kind is "http.outcome" or "http.denied");
        await SameAsync(AuditField.Outcome, "denied", null, e => e.Outcome == "denied");
        await SameAsync(AuditField.Path, "/orgs/acme/7", null, e => e.Path?.StartsWith("/orgs/acme/7", StringComparison.Ordinal) == true);
        await SameAsync(AuditField.Actor, "eve", "http.", e => e.Kind == "review.approved");

        async Task SameAsync(AuditField field, string value, string? without, Func<AuditEvent, bool> matches)
        {
            var expected = all.Where(matches).Select(e => e.Index).Reverse().ToList();
            var query = new AuditQuery { Tenants = ["acme"], Including = [new(field, value)], Excluding = without is null ? [] : [new(AuditField.Kind, without)], Limit = 2_000 };

            Assert.NotEmpty(expected);
            Assert.Equal(expected, (await records.SearchAsync(query, default)).Select(e => e.Index));
            Assert.Equal(expected, (await records.SearchAsync(query with { Tenants = ["acme", "globex"] }, default)).Select(e => e.Index));
            Assert.Empty(await records.SearchAsync(query with { Tenants = ["globex"] }, default));
        }
    }

    [Fact]
    public async Task Search_Dates_AreExactAndNeedNoIndex()
    {
        await using var database = await CreateDatabaseAsync();
        using var host = await TestNode.BuildAsync(database, TimeProvider.System);
        var records = Get<IAuditRecords>(host);
        await records.StoreEventsAsync([.. Rows(Many)], default);

        await FoundAsync(null, 10, 0, 10);
        await FoundAsync(9_990, null, 9_990, 10_000);
        await FoundAsync(4_321, 4_330, 4_321, 4_330);
        await FoundAsync(20_000, null, 0, 0);
        await database.ExecuteAsOwnerAsync("DELETE FROM audit_event WHERE idx BETWEEN 2000 AND 2999"); // being rebuilt
        await FoundAsync(1_990, 3_010, 1_990, 2_000, 3_000, 3_010);
        await FoundAsync(4_321, 4_330, 4_321, 4_330);

        async Task FoundAsync(int? from, int? to, int first, int end, int next = 0, int last = 0)
        {
            var found = await records.SearchAsync(new AuditQuery { Tenants = ["acme"], From = from * Second, To = to * Second, Limit = 500 }, default);
            Assert.Equal(Enumerable.Range(first, end - first).Concat(Enumerable.Range(next, last - next)).Reverse().Select(i => (long)i), found.Select(e => e.Index));
        }
    }

    /// <summary>Two projectors at once: whoever comes second must still write what the first did not.</summary>
    [Fact]
    public async Task StoreEvents_SomeAreThereAlready_TheOthersAreWritten()
    {
        await using var database = await CreateDatabaseAsync();
        using var host = await TestNode.BuildAsync(database, TimeProvider.System);
        var records = Get<IAuditRecords>(host);
        List<AuditEvent> rows = [.. Rows(300)];
        await records.StoreEventsAsync(rows[100..200], default);

        await records.StoreEventsAsync(rows, default);

        Assert.Equal(300, (await records.SearchAsync(new AuditQuery { Tenants = ["acme"], Limit = 500 }, default)).Count);
    }

    [Fact]
    public async Task Rebuild_TableEmptiedAndFalsifiedWhileANodeRuns_ShowsTheLogAgainAndTheNodeGoesOn()
    {
        await using var database = await CreateDatabaseAsync();
        await using var node = await TestNode.StartAsync(database);
        for (var i = 0; i < 1_500; i++)
            await node.Log.EnqueueAsync(TestNode.Event("acme", "review.approved", $"reason-{i}"));
        var last = await node.Log.AppendAsync(TestNode.Event("globex"));
        var before = await AllAsync(node, last.Index);
        await database.ExecuteAsOwnerAsync("DELETE FROM audit_event WHERE idx < 1200; UPDATE audit_event SET kind = 'forged', tenant = 'globex' WHERE idx = 1300");

        using var verb = await TestNode.BuildAsync(database, TimeProvider.System);
        var entry = await Get<SearchRebuild>(verb).RecordAsync("ada", default);
        var rebuilt = await Get<SearchRebuild>(verb).RunAsync(null, default);

        Assert.True(rebuilt > entry);
        Assert.Equal(before, await AllAsync(node, last.Index), (a, b) => a with { Leaf = b.Leaf } == b && a.Leaf.AsSpan().SequenceEqual(b.Leaf));
        Assert.Contains("\"by\":\"ada\"", System.Text.Encoding.UTF8.GetString((await node.Get<ITrailReader>().ReadAsync(entry))!.Body!), StringComparison.Ordinal);
        await node.Log.AppendAsync(TestNode.Event("acme", reason: "after"));
        await Eventually.Async(async () => (await FindAsync(node, "after")).Count == 1);
    }

    [Fact]
    public async Task Rebuild_ErasedEntry_ItsWordsStayAwayAndWhoItWasStays()
    {
        await using var database = await CreateDatabaseAsync();
        await using var node = await TestNode.StartAsync(database);
        await AddTenantAsync(node, "acme");
        var gone = await node.Log.AppendAsync(TestNode.Event("acme", "review.denied", "the-secret"));
        await Eventually.Async(async () => (await FindAsync(node, "the-secret")).Count == 1);
        var store = node.Get<IProjectionStore>();
        List<Bundle> stale = [await BundleAsync(node, gone.Index)];
        var rows = await AllAsync(node, gone.Index);
        await node.Get<Eraser>().EraseAsync(Order(new ErasureSelection { Entries = new HashSet<long> { gone.Index } }), null, default);
        await database.ExecuteAsOwnerAsync($"UPDATE audit_event SET text = 'the-secret' WHERE idx = {gone.Index}");

        // A rebuild that read the body before the erasure, and comes to write after it.
        var mine = rows.Where(r => r.Index >= stale[0].FirstIndex && r.Index < stale[0].FirstIndex + stale[0].Count).OrderBy(r => r.Index).ToList();
        Assert.False(await store.ReplaceAsync(mine, stale, default));
        await node.Get<SearchRebuild>().RunAsync(null, default);

        Assert.Empty(await FindAsync(node, "the-secret"));
        var row = Assert.Single(await node.Get<IAuditRecords>().SearchAsync(new AuditQuery { Tenants = ["acme"], Since = gone.Index, Before = gone.Index + 1 }, default));
        Assert.Equal(("review.denied", "00000000-0000-7000-8000-000000000001"), (row.Kind, row.Actor));
    }

    [Fact]
    public async Task Rebuild_WhileEntriesAreErased_NoWordOfThemComesBack()
    {
        await using var database = await CreateDatabaseAsync();
        await using var node = await TestNode.StartAsync(database);
        await AddTenantAsync(node, "acme");
        for (var i = 0; i < 40; i++)
            await node.Log.AppendAsync(TestNode.Event("acme", reason: "the-secret"));
        await Eventually.Async(async () => (await FindAsync(node, "the-secret")).Count == 40);
        using var over = new CancellationTokenSource();

        var rebuilding = Task.Run(async () =>
        {
            while (!over.IsCancellationRequested)
                await node.Get<SearchRebuild>().RunAsync(null, default);
        });
        for (var i = 0L; i < 40; i += 4)
            await node.Get<Eraser>().EraseAsync(Order(new ErasureSelection { Entries = new HashSet<long> { i, i + 1, i + 2, i + 3 } }), null, default);
        await over.CancelAsync();
        await rebuilding;

        Assert.Empty(await FindAsync(node, "the-secret"));
    }

    private static T Get<T>(Microsoft.Extensions.Hosting.IHost host) where T : notnull =>
        Microsoft.Extensions.DependencyInjection.ServiceProviderServiceExtensions.GetRequiredService<T>(host.Services);

    /// <summary>All people's entries up to one, once they are projected.</summary>
    private static async Task<IReadOnlyList<AuditEvent>> AllAsync(TestNode node, long index)
    {
        await Eventually.Async(async () => await node.Get<IAuditRecords>().ProjectedToAsync(default) > index);
        return await node.Get<IAuditRecords>().SearchAsync(new AuditQuery { Tenants = ["acme", "globex"], Before = index + 1, Limit = 5_000 }, default);
    }

    private static async Task<Bundle> BundleAsync(TestNode node, long index)
    {
        await foreach (var bundle in node.Get<IAuditRecords>().ReadBundlesAsync(index, withBodies: true, default))
            return bundle;
        throw new InvalidOperationException("There is no such entry.");
    }

    /// <summary>One a second; four of them hold the needle.</summary>
    private static IEnumerable<AuditEvent> Rows(long count)
    {
        for (var i = 0L; i < count; i++)
            yield return Row(i, EntryClass.Event, "test.event") with { Text = i is 3 or 4_999 or 5_000 or 9_000 ? "a needle in it" : "hay" };
    }

    /// <summary>Of each eleven: five intents with their outcomes, and an answer or a refusal.</summary>
    private static IEnumerable<AuditEvent> Mixed(int count)
    {
        for (var i = 0; i < count; i++)
        {
            var n = i / 11 % 10;
            var (grant, session) = ($"00000000-0000-7000-8000-{n:x12}", $"00000000-0000-7000-8000-{0x100 + n:x12}");
            yield return (i % 11) switch
            {
                10 when i % 2 == 0 => Row(i, EntryClass.Event, "review.approved"),
                10 => Row(i, EntryClass.Event, "http.denied") with { Outcome = "denied", Status = 403 },
                var m when m % 2 == 0 => Row(i, EntryClass.Intent, "http.intent") with { Grant = grant, Session = session, Path = $"/orgs/acme/{i}" },
                var m => Row(i, EntryClass.Outcome, "http.outcome") with { Grant = grant, Session = session, Status = m == 1 ? 500 : 200 },
            };
        }
    }

    private static AuditEvent Row(long index, EntryClass entryClass, string kind) => new(
        index, index, index * Second, entryClass, new Guid((int)index, 0, 0x7000, 0x80, 0, 0, 0, 0, 0, 0, 0), null, kind, "acme", "eve",
        null, null, null, null, null, null, null, null, null, null, null, "", new byte[32]);
}
