using AccessBroker.Audit;
using AccessBroker.Evidence;
using Microsoft.EntityFrameworkCore;

namespace AccessBroker.Storage.Tests;

/// <summary>When checkpoints are published, and what leaves the log.</summary>
public abstract partial class AuditStoreSuite
{
    [Fact]
    public async Task Checkpoints_TwoIdleNodes_OneAnHourAndNoneForAHeadsEntryAlone()
    {
        var time = new ManualTime();
        await using var database = await CreateDatabaseAsync();
        await using var one = await TestNode.StartAsync(database, time);
        await using var two = await TestNode.StartAsync(database, time);
        await one.Log.AppendAsync(TestNode.Event("acme"));
        await PublishIfDueAsync(time, TimeSpan.FromSeconds(10), one);
        Assert.Equal(1, await CheckpointsAsync(one));
        await two.Get<Committer>().AppendHeadsAsync(); // a node that died before it signed

        for (var passed = TimeSpan.Zero; passed < TimeSpan.FromMinutes(59); passed += TimeSpan.FromSeconds(20))
            await PublishIfDueAsync(time, TimeSpan.FromSeconds(20), one, two);
        Assert.Equal(1, await CheckpointsAsync(one));

        await PublishIfDueAsync(time, TimeSpan.FromMinutes(2), one, two);
        await PublishIfDueAsync(time, TimeSpan.FromMinutes(2), two, one);
        Assert.Equal(2, await CheckpointsAsync(one));
    }

    [Fact]
    public async Task Checkpoints_EntriesArrive_AtMostOneInTenSecondsWhoeverPublished()
    {
        var time = new ManualTime();
        await using var database = await CreateDatabaseAsync();
        await using var one = await TestNode.StartAsync(database, time);
        await using var two = await TestNode.StartAsync(database, time);
        await one.Log.AppendAsync(TestNode.Event("acme"));
        await one.Get<CheckpointPublisher>().PublishAsync(); // as an export does
        var before = await CheckpointsAsync(one);
        await two.Log.AppendAsync(TestNode.Event("acme"));

        await PublishIfDueAsync(time, TimeSpan.FromSeconds(8), one, two);
        Assert.Equal(before, await CheckpointsAsync(one));
        await using (var restarted = await TestNode.StartAsync(database, time))
            await PublishIfDueAsync(time, TimeSpan.Zero, restarted);
        var afterStop = await CheckpointsAsync(one); // stopping publishes one

        await two.Log.AppendAsync(TestNode.Event("acme"));
        await PublishIfDueAsync(time, TimeSpan.FromSeconds(9), one, two);
        Assert.Equal(before + 1, afterStop);
        Assert.Equal(afterStop, await CheckpointsAsync(one));
        await PublishIfDueAsync(time, TimeSpan.FromSeconds(1), two, one);
        Assert.Equal(afterStop + 1, await CheckpointsAsync(one));
    }

    [Fact]
    public async Task Export_StoredBodyOfAnotherEntry_IsNotHandedOut()
    {
        await using var database = await CreateDatabaseAsync();
        await using var node = await TestNode.StartAsync(database);
        await node.Log.AppendAsync(TestNode.Event("acme"));
        await node.Log.AppendAsync(TestNode.Event("acme"));
        await EraseWithoutSayingSoAsync(database, node);
        using var output = new MemoryStream();
        await using var sink = new ZipSink(output, DateTimeOffset.UnixEpoch);

        var refusal = await Assert.ThrowsAsync<InvalidDataException>(() => node.Get<BundleExporter>().WriteAsync(sink, Request(), null, default));

        Assert.Contains("not handed out", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("entry 0", refusal.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(0, output.Length);
    }

    [Fact]
    public async Task Export_BodiesNamePeople_EverybodyNamedIsLookedUp()
    {
        await using var database = await CreateDatabaseAsync();
        await using var node = await TestNode.StartAsync(database);
        var (actor, holder, approver, grant) = (Id(1), Id(2), Id(3), Id(4));
        var body = new BodyWriter().Add("kind", "grant.created").Add("actor", actor.ToString("D")).Add("tenant", "acme")
            .Add("holder", holder.ToString("D")).Add("approver", approver.ToString("D")).Add("grant", grant.ToString("D"));
        await node.Log.AppendAsync(new EntryDraft(EntryClass.Event, "acme", Guid.CreateVersion7(TimeProvider.System.GetUtcNow()), Guid.Empty, body.ToBytes()));
        IReadOnlyCollection<Guid> asked = [];
        await using var sink = new FolderSink(Path.Combine(database.Folder, "bundle"));

        await node.Get<BundleExporter>().WriteAsync(
            sink, Request() with { People = (ids, _) => Task.FromResult<IReadOnlyList<BundlePerson>>([.. (asked = ids).Select(id => new BundlePerson(id.ToString("D"), "Somebody", null))]) }, null, default);

        Assert.Equal([actor, holder, approver], asked.Order());
        Assert.Equal(3, (await File.ReadAllLinesAsync(Path.Combine(database.Folder, "bundle", BundleFiles.People))).Length);

        static Guid Id(byte n) => new([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, n]);
    }

    private static async Task PublishIfDueAsync(ManualTime time, TimeSpan later, params TestNode[] nodes)
    {
        time.Advance(later);
        foreach (var node in nodes)
            await node.Get<CheckpointSchedule>().PublishIfDueAsync(default);
    }

    private static async Task<int> CheckpointsAsync(TestNode node)
    {
        await using var context = node.Get<IDbContextFactory<BrokerDbContext>>().CreateDbContext();
        return await context.AuditCheckpoints.CountAsync();
    }

    /// <summary>Nulls the first bundle's bodies, which whoever erases can do, without the entry that must say so.</summary>
    private static async Task EraseWithoutSayingSoAsync(TestDatabase database, TestNode node)
    {
        var first = await node.Get<IAuditRecords>().ReadBundlesAsync(0, withBodies: false, default).FirstAsync();
        await using var connection = database.ConnectAsEraser();
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "UPDATE audit_bundle SET bodies = @bodies WHERE first_idx = 0";
        var bodies = command.CreateParameter();
        (bodies.ParameterName, bodies.Value) = ("@bodies", SealedBodies.Join([.. Enumerable.Repeat(Array.Empty<byte>(), first.Count)]));
        command.Parameters.Add(bodies);
        Assert.Equal(1, await command.ExecuteNonQueryAsync());
    }
}
