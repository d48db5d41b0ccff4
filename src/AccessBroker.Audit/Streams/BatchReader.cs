using AccessBroker.Evidence;

namespace AccessBroker.Audit;

/// <summary>Reads the next batch of a stream from the log.</summary>
internal sealed class BatchReader(ConfiguredStream stream, IAuditRecords records, IDataKeys keys, TrailOwners owners)
{
    /// <summary>Of a batch, at most.</summary>
    public const int MaxLines = 1000, MaxBytes = 1 << 20;

    /// <summary>Entries of others that are passed over at once: the place that was reached is written down now and then.</summary>
    private const int MaxRead = 20_000;

    private readonly EntryLine _line = new(stream.Format, stream.Bodies);

    /// <param name="end">Where a batch ends that was announced before; null: as large as it may be.</param>
    public async Task<StreamBatch> ReadAsync(long first, long size, long? end, CancellationToken cancellationToken)
    {
        var (lines, tenants, bytes, next) = (new List<StreamLine>(), new HashSet<string>(StringComparer.Ordinal), 0L, first);
        var last = end ?? Math.Min(size, first + MaxRead);
        await foreach (var bundle in records.ReadBundlesAsync(first, withBodies: true, cancellationToken))
        {
            foreach (var entry in StoredEntry.In(bundle))
            {
                if (entry.Index < first)
                    continue;
                if (entry.Index >= last)
                    return new StreamBatch(first, next, lines, tenants);
                var tenant = await owners.OfAsync(entry.Header.Trail, cancellationToken);
                if (stream.Sends(tenant) && entry.Header.Class != EntryClass.Heads && Line(entry) is { Length: > 0 } line)
                {
                    if (end is null && lines.Count > 0 && (lines.Count == MaxLines || bytes + line.Length + 1 > MaxBytes))
                        return new StreamBatch(first, next, lines, tenants);
                    lines.Add(new StreamLine(entry.Index, entry.Header.Time, line));
                    tenants.Add(tenant);
                    bytes += line.Length + 1;
                }
                next = entry.Index + 1;
            }
        }
        return new StreamBatch(first, next, lines, tenants);
    }

    private byte[] Line(StoredEntry entry)
    {
        var opened = entry.Open(keys);
        if (opened is { } o && Commitment.Compute(o.Salt, o.Body) != entry.Header.Commit)
            throw new InvalidDataException($"The body of entry {entry.Index} does not match its commitment: it was changed in the database.");
        var line = _line.Of(opened is { } found
            ? BundleEntry.With((ulong)entry.Index, entry.HeaderBytes, found.Salt, found.Body)
            : BundleEntry.Erased((ulong)entry.Index, entry.HeaderBytes));
        return line.Length == 0 ? [] : line[..^1].ToArray();
    }
}
