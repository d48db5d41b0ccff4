using System.Text;
using AccessBroker.Audit;
using AccessBroker.Evidence;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AccessBroker.Storage.Tests;

/// <summary>Nodes that die, seem dead, and come back.</summary>
public abstract partial class AuditStoreSuite
{
    private static readonly TimeSpan PastTheLease = NodeLease.Length + TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Reclaim_OutcomeAfterAnotherNodeSaidUnknown_IsKeptAsAnAlertAndTheTrailVerifies()
    {
        var time = new ManualTime();
        await using var database = await CreateDatabaseAsync();
        await using var stalled = await TestNode.StartAsync(database, time);
        await using var other = await TestNode.StartAsync(database, time);
        var intent = TestNode.Intent("acme");
        await stalled.Log.AppendAsync(intent);

        time.Advance(PastTheLease);
        await Upkeep(other).RenewAsync(default);
        await Upkeep(other).ReapAsync(default);
        await stalled.Log.EnqueueAsync(TestNode.Outcome("acme", intent.Id));
        await Upkeep(stalled).RenewAsync(default);
        await Upkeep(stalled).ReapAsync(default);
        var next = TestNode.Intent("acme");
        await stalled.Log.AppendAsync(next);
        await stalled.Log.EnqueueAsync(TestNode.Outcome("acme", next.Id));
        await Eventually.Async(async () => (await HeadersAsync(stalled)).Any(h => h.Header.Class == EntryClass.Outcome && h.Header.Ref == next.Id));

        var headers = await HeadersAsync(stalled);
        var outcome = Assert.Single(headers, h => h.Header.Class == EntryClass.Outcome && h.Header.Ref == intent.Id);
        Assert.Contains("\"result\":\"unknown\"", await BodyAsync(stalled, outcome.Index), StringComparison.Ordinal);
        var late = Assert.Single(headers, h => h.Header.Class == EntryClass.Event && h.Header.Ref == intent.Id);
        var said = await BodyAsync(stalled, late.Index);
        Assert.Contains("\"kind\":\"alert.outcome_late\"", said, StringComparison.Ordinal);
        Assert.Contains("\"status\":200", said, StringComparison.Ordinal);
        Assert.Equal(1, stalled.Get<ReapWitness>().Times);
        Assert.Equal(0, other.Get<ReapWitness>().Times);
        await AssertExportVerifiesAsync(other, database);
    }

    [Fact]
    public async Task Reap_ByEveryNodeAtOnce_EachIntentHasOneOutcome()
    {
        var time = new ManualTime();
        await using var database = await CreateDatabaseAsync();
        await using var dead = await TestNode.StartAsync(database, time);
        await using var one = await TestNode.StartAsync(database, time);
        await using var two = await TestNode.StartAsync(database, time);
        var intents = Enumerable.Range(0, 200).Select(_ => TestNode.Intent("acme")).ToList();
        await Task.WhenAll(intents.Select(i => dead.Log.AppendAsync(i).AsTask()));

        time.Advance(PastTheLease);
        await Upkeep(one).RenewAsync(default);
        await Upkeep(two).RenewAsync(default);
        var successor = Task.Run(() => TestNode.StartAsync(database, time));
        for (var round = 0; round < 5; round++)
            await Task.WhenAll(Task.Run(() => Upkeep(one).ReapAsync(default)), Task.Run(() => Upkeep(two).ReapAsync(default)));
        await using var started = await successor;
        await Upkeep(one).ReapAsync(default);

        var outcomes = (await HeadersAsync(one)).Where(h => h.Header.Class == EntryClass.Outcome).Select(h => h.Header.Ref).ToList();
        Assert.Equal(intents.Select(i => i.Id).Order(), outcomes.Order());
    }

    [Fact]
    public async Task Reap_NumberTakenOverMeanwhile_TheFirstReaperWritesNothingMore()
    {
        var time = new ManualTime();
        await using var database = await CreateDatabaseAsync();
        await using var dead = await TestNode.StartAsync(database, time);
        await using var first = await TestNode.StartAsync(database, time);
        await using var second = await TestNode.StartAsync(database, time);
        var intent = TestNode.Intent("acme");
        await dead.Log.AppendAsync(intent);

        time.Advance(PastTheLease);
        var stale = (await first.Get<IAuditRecords>().FenceAsync(dead.Get<NodeIdentity>().Current, NodeLease.Length, default))!;
        time.Advance(PastTheLease);
        var held = (await second.Get<IAuditRecords>().FenceAsync(stale.Boot, NodeLease.Length, default))!;
        await second.Get<Reaper>().ReapAsync(held, default);
        await first.Get<Reaper>().ReapAsync(stale, default);

        Assert.Single(await HeadersAsync(first), h => h.Header.Class == EntryClass.Outcome && h.Header.Ref == intent.Id);
    }

    [Fact]
    public async Task Reap_ReaperDiedAfterFencing_TheNextOneClosesTheIntents()
    {
        var time = new ManualTime();
        await using var database = await CreateDatabaseAsync();
        await using var dead = await TestNode.StartAsync(database, time);
        await using var other = await TestNode.StartAsync(database, time);
        var intent = TestNode.Intent("acme");
        await dead.Log.AppendAsync(intent);
        time.Advance(PastTheLease);
        await Upkeep(other).RenewAsync(default);
        Assert.NotNull(await other.Get<IAuditRecords>().FenceAsync(dead.Get<NodeIdentity>().Current, NodeLease.Length, default));

        await Upkeep(other).ReapAsync(default);
        Assert.DoesNotContain(await HeadersAsync(other), h => h.Header.Class == EntryClass.Outcome);
        time.Advance(PastTheLease);
        await Upkeep(other).RenewAsync(default);
        await Upkeep(other).ReapAsync(default);

        Assert.Single(await HeadersAsync(other), h => h.Header.Class == EntryClass.Outcome && h.Header.Ref == intent.Id);
        Assert.Empty(await other.Get<IAuditRecords>().ExpiredBootsAsync(default));
    }

    private static AuditLogService Upkeep(TestNode node) => node.Services.GetServices<IHostedService>().OfType<AuditLogService>().Single();

    private static async Task<string> BodyAsync(TestNode node, long index) => Encoding.UTF8.GetString((await node.Get<ITrailReader>().ReadAsync(index))!.Body!);

    private static async Task AssertExportVerifiesAsync(TestNode node, TestDatabase database)
    {
        var folder = Path.Combine(database.Folder, "bundle");
        await using (var sink = new FolderSink(folder))
            await node.Get<BundleExporter>().WriteAsync(sink, Request(), null, default);
        Verification.AssertVerified(folder, node.Get<ILogKeys>().Signers[0].Key);
    }

    private static ExportRequest Request(string? pinned = null) => new(
        "acme", "Acme Corp", "a test", ExportFilter.Everything, pinned, (_, _) => Task.FromResult<IReadOnlyList<BundlePerson>>([]));
}
