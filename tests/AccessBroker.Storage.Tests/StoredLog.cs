using AccessBroker.Audit;
using AccessBroker.Evidence;

namespace AccessBroker.Storage.Tests;

/// <summary>The whole log as it lies in the database, under its last signed checkpoint: what an auditor gets from an operator who signs nothing new.</summary>
internal static class StoredLog
{
    public static async Task<VerificationReport> VerifyAsync(TestNode node, TestDatabase database)
    {
        var folder = Path.Combine(database.Folder, "log");
        await using (var sink = new FolderSink(folder))
            await WriteAsync(node, sink);
        using var files = BundleReader.Open(folder);
        return WholeLogVerifier.Verify(files, new VerificationOptions { Key = node.Get<ILogKeys>().Signers[0].Key });
    }

    private static async Task WriteAsync(TestNode node, BundleSink sink)
    {
        var records = node.Get<IAuditRecords>();
        var checkpoint = await records.LatestCheckpointAsync(default);
        using var writer = new WholeLogWriter(sink);
        await foreach (var bundle in records.ReadBundlesAsync(0, withBodies: true, default))
        {
            foreach (var entry in StoredEntry.In(bundle).Where(e => e.Index < checkpoint!.Size))
            {
                writer.AddHeaders(entry.HeaderBytes.Span);
                if (entry.Header.Class != EntryClass.Heads)
                    continue;
                var (salt, body) = entry.Open(node.Get<IDataKeys>())!.Value;
                writer.AddHeads((ulong)entry.Index, body, salt);
            }
        }
        await writer.CompleteAsync(checkpoint!.Note, null, default);
    }
}
