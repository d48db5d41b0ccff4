using AccessBroker.Evidence;

namespace AccessBroker.Audit;

/// <summary>Exports what a third party needs to audit the whole log without any customer's data: headers, heads entries, checkpoint.</summary>
public sealed class WholeLogExporter(IAuditRecords records, IDataKeys dataKeys, ILogKeys keys, CheckpointPublisher publisher)
{
    public async Task<Publication> WriteAsync(BundleSink sink, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        var publication = await publisher.PublishAsync(cancellationToken);
        using var writer = new WholeLogWriter(sink);
        await foreach (var bundle in records.ReadBundlesAsync(0, withBodies: true, cancellationToken))
        {
            foreach (var entry in StoredEntry.In(bundle).Where(e => e.Index < publication.Size))
            {
                writer.AddHeaders(entry.HeaderBytes.Span);
                if (entry.Header.Class != EntryClass.Heads)
                    continue;
                var (salt, body) = entry.Open(dataKeys) ?? throw new InvalidDataException($"The heads entry {entry.Index} cannot be opened; heads entries are never erased.");
                writer.AddHeads((ulong)entry.Index, body, salt);
            }
            progress?.Report((long)writer.Count);
            if (bundle.FirstIndex + bundle.Count >= publication.Size)
                break;
        }
        await writer.CompleteAsync(publication.Note, keys.FirstOrigin == keys.Origin ? null : keys.FirstOrigin, cancellationToken);
        return publication;
    }
}
