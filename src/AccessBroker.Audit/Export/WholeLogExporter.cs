using AccessBroker.Evidence;

namespace AccessBroker.Audit;

/// <summary>Exports what a third party needs to audit the whole log without any customer's data: headers, heads entries, checkpoint.</summary>
public sealed class WholeLogExporter
{
    private readonly IAuditRecords _records;
    private readonly IDataKeys _dataKeys;
    private readonly ILogKeys _keys;
    private readonly CheckpointPublisher _publisher;
    private readonly CosignedCheckpoints _cosigned;
    private readonly RestoreProofs _restores;

    internal WholeLogExporter(
        IAuditRecords records, IDataKeys dataKeys, ILogKeys keys, CheckpointPublisher publisher, CosignedCheckpoints cosigned, RestoreProofs restores) =>
        (_records, _dataKeys, _keys, _publisher, _cosigned, _restores) = (records, dataKeys, keys, publisher, cosigned, restores);

    public async Task<Publication> WriteAsync(BundleSink sink, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        var publication = await _publisher.PublishAsync(cancellationToken);
        using var writer = new WholeLogWriter(sink);
        await foreach (var bundle in _records.ReadBundlesAsync(0, withBodies: true, cancellationToken))
        {
            foreach (var entry in StoredEntry.In(bundle).Where(e => e.Index < publication.Size))
            {
                writer.AddHeaders(entry.HeaderBytes.Span);
                if (entry.Header.Class != EntryClass.Heads)
                    continue;
                var (salt, body) = entry.Open(_dataKeys) ?? throw new InvalidDataException($"The heads entry {entry.Index} cannot be opened; heads entries are never erased.");
                writer.AddHeads((ulong)entry.Index, body, salt);
            }
            progress?.Report((long)writer.Count);
            if (bundle.FirstIndex + bundle.Count >= publication.Size)
                break;
        }
        await writer.CompleteAsync(
            await _cosigned.NoteAsync(publication, cancellationToken), _keys.FirstOrigin == _keys.Origin ? null : _keys.FirstOrigin,
            await _restores.AtAsync(publication.Size, cancellationToken), cancellationToken);
        return publication;
    }
}
