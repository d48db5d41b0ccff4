using AccessBroker.Audit;
using AccessBroker.Evidence;

namespace AccessBroker.Storage.Tests;

/// <summary>What every attempt to get past the database's guards starts from, and how its failure or its discovery shows.</summary>
internal static class Bypass
{
    /// <summary>A node whose log holds five entries of acme's, a commit each, under a signed checkpoint.</summary>
    public static async Task<TestNode> StartAsync(TestDatabase database)
    {
        var node = await TestNode.StartAsync(database);
        for (var i = 0; i < 5; i++)
            await node.Log.AppendAsync(TestNode.Event("acme", reason: $"entry {i}"));
        await node.Get<CheckpointPublisher>().PublishAsync();
        return node;
    }

    public static async Task AssertVerifiesAsync(TestNode node, TestDatabase database)
    {
        var report = await StoredLog.VerifyAsync(node, database);
        Assert.True(report.Verified, report.Failure?.Message);
    }

    /// <summary>The header after it holds the hash of the one that was changed, so that is where the chain is found broken.</summary>
    public static async Task AssertCaughtAsync(TestNode node, TestDatabase database, int changed)
    {
        var report = await StoredLog.VerifyAsync(node, database);
        Assert.False(report.Verified);
        Assert.Equal((ulong)changed + 1, report.Failure!.Entry);
        Assert.Contains($"its prev is not the leaf hash of entry {changed}", report.Failure.Message, StringComparison.Ordinal);
        // The running node goes on from the tree in its memory, which nobody changed; one that starts now hashes what is stored.
        await using var started = await TestNode.StartAsync(database);
        await Assert.ThrowsAsync<InvalidDataException>(() => started.Get<CheckpointPublisher>().PublishAsync());
    }

    public static async Task AssertExportRefusedAsync(TestNode node, TestDatabase database, int entry)
    {
        await using var sink = new FolderSink(Path.Combine(database.Folder, "bundle"));
        var refusal = await Assert.ThrowsAsync<InvalidDataException>(() => node.Get<BundleExporter>().WriteAsync(
            sink, new ExportRequest("acme", "Acme Corp", "a test", ExportFilter.Everything, null, (_, _) => Task.FromResult<IReadOnlyList<BundlePerson>>([])), null, default));
        Assert.Contains($"entry {entry} ", refusal.Message, StringComparison.OrdinalIgnoreCase);
    }
}
