using AccessBroker.TransparencyLog;

namespace AccessBroker.Audit;

/// <summary>
/// The log's tree for monitors (C2SP tlog-tiles): hashes alone, and only those that a published checkpoint covers. Anybody may
/// ask, so what is not stored as a full tile is computed by one request at a time and kept until the log has grown.
/// </summary>
public sealed class PublishedTiles(IAuditRecords records) : IDisposable
{
    private const int Levels = 8; // 256^8 leaves are more than 64 bits count

    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly Dictionary<int, (long N, byte[] Hashes)> _rightmost = [];

    /// <returns>32 bytes a hash; null where no published checkpoint covers the tile.</returns>
    public async Task<ReadOnlyMemory<byte>?> ReadAsync(TilePath path, CancellationToken cancellationToken)
    {
        var size = (await records.LatestCheckpointAsync(cancellationToken))?.Size ?? 0;
        if (path.Level is < 0 or >= Levels || !Covers(size, path))
            return null;
        var n = (long)path.Index;
        if (records.ReadTile(path.Level, n) is { } stored)
            return stored.AsMemory(0, path.Width * Merkle.HashSize);
        await _one.WaitAsync(cancellationToken);
        try
        {
            return (await ComputeAsync(path.Level, n, size, cancellationToken)).AsMemory(0, path.Width * Merkle.HashSize);
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private static bool Covers(long size, TilePath path) =>
        ((UInt128)path.Index * TilePath.FullWidth + (UInt128)path.Width) << (8 * path.Level) <= (UInt128)size;

    /// <summary>As many hashes as the checkpoint covers, so that asking for each width in turn reads once.</summary>
    private async Task<byte[]> ComputeAsync(int level, long n, long size, CancellationToken cancellationToken)
    {
        var first = n * TilePath.FullWidth;
        var width = (int)Math.Min((size >> (8 * level)) - first, TilePath.FullWidth);
        var known = _rightmost.TryGetValue(level, out var kept) && kept.N == n ? kept.Hashes : [];
        if (known.Length >= width * Merkle.HashSize)
            return known;
        var have = known.Length / Merkle.HashSize;
        byte[] hashes =
        [
            .. known,
            .. level == 0
                ? await LeavesAsync(first + have, width - have, cancellationToken)
                : await RootsAsync(level - 1, first + have, width - have, size, cancellationToken),
        ];
        _rightmost[level] = (n, hashes);
        return hashes;
    }

    private async Task<byte[]> LeavesAsync(long first, int count, CancellationToken cancellationToken)
    {
        var hashes = new byte[count * Merkle.HashSize];
        var read = 0;
        await foreach (var bundle in records.ReadBundlesAsync(first, withBodies: false, cancellationToken))
        {
            foreach (var entry in StoredEntry.In(bundle).Where(e => e.Index >= first && e.Index < first + count))
                Merkle.HashLeaf(entry.HeaderBytes.Span, hashes.AsSpan(read++ * Merkle.HashSize));
            if (bundle.FirstIndex + bundle.Count >= first + count)
                break;
        }
        return read == count ? hashes : throw new InvalidDataException($"Entries from {first} on are missing: {count} should be there, and {read} are stored.");
    }

    /// <summary>Each hash above level 0 is the root over a full tile below.</summary>
    private async Task<byte[]> RootsAsync(int level, long first, int count, long size, CancellationToken cancellationToken)
    {
        var hashes = new byte[count * Merkle.HashSize];
        for (var i = 0; i < count; i++)
        {
            var tile = records.ReadTile(level, first + i) ?? await ComputeAsync(level, first + i, size, cancellationToken);
            Merkle.Root([.. tile.Chunk(Merkle.HashSize)]).CopyTo(hashes, i * Merkle.HashSize);
        }
        return hashes;
    }
}
