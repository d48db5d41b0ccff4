using AccessBroker.Evidence;

namespace AccessBroker.Audit;

/// <summary>Reads entries back, opened: what verification of rows and people's pages need.</summary>
public interface ITrailReader
{
    /// <returns>Null where the log is shorter.</returns>
    Task<OpenedEntry?> ReadAsync(long index, CancellationToken cancellationToken = default);

    /// <summary>Is there an event after <paramref name="index"/> that belongs to <paramref name="entryId"/>: an ending of a grant, the removal of a role?</summary>
    Task<bool> HasEventAfterAsync(long index, Guid entryId, CancellationToken cancellationToken = default);
}

/// <param name="Body">The exact body bytes; null where erased.</param>
/// <param name="Salt">Null where erased.</param>
public sealed record OpenedEntry(long Index, EntryHeader Header, ReadOnlyMemory<byte> HeaderBytes, byte[]? Body, byte[]? Salt);

internal sealed class TrailReader(IAuditRecords records, IDataKeys keys) : ITrailReader
{
    public async Task<OpenedEntry?> ReadAsync(long index, CancellationToken cancellationToken = default)
    {
        if (index < 0)
            return null;
        await foreach (var bundle in records.ReadBundlesAsync(index, withBodies: true, cancellationToken))
        {
            foreach (var entry in StoredEntry.In(bundle))
            {
                if (entry.Index != index)
                    continue;
                var opened = entry.Open(keys);
                // The commitment ties the body to the header: a body that was swapped in the database is not this entry's.
                if (opened is { } o && Commitment.Compute(o.Salt, o.Body) != entry.Header.Commit)
                    throw new InvalidDataException($"The body of entry {index} does not match its commitment.");
                return new OpenedEntry(index, entry.Header, entry.HeaderBytes, opened?.Body, opened?.Salt);
            }
            return null;
        }
        return null;
    }

    public async Task<bool> HasEventAfterAsync(long index, Guid entryId, CancellationToken cancellationToken = default)
    {
        await foreach (var bundle in records.ReadBundlesAsync(index, withBodies: false, cancellationToken))
        {
            if (StoredEntry.In(bundle).Any(e => e.Index > index && e.Header.Class == EntryClass.Event && e.Header.Ref == entryId))
                return true;
        }
        return false;
    }
}
