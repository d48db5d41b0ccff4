using AccessBroker.Evidence;
using AccessBroker.TransparencyLog;

namespace AccessBroker.Audit;

/// <summary>
/// The tree over the entries as they are really stored: re-hashed from the bundles, never believed from the head row. Signing
/// and proofs stand on it.
/// </summary>
internal sealed class StoredTree(IAuditRecords records)
{
    private readonly Dictionary<(int, long), byte[]> _recentTiles = [];
    private TileBuilder _builder = new();
    private Frontier _frontier = new();

    public long Size => (long)_frontier.Size;

    public byte[] Root => _frontier.Root();

    /// <summary>Re-hashes stored headers up to <paramref name="size"/>, and stores the tiles that fill.</summary>
    /// <exception cref="InvalidDataException">Stored entries are missing, unreadable or not contiguous.</exception>
    public async Task ExtendAsync(long size, CancellationToken cancellationToken)
    {
        if (Size >= size)
            return;
        var completed = new List<Tile>();
        var leaf = new byte[Merkle.HashSize];
        await foreach (var bundle in records.ReadBundlesAsync(Size, withBodies: false, cancellationToken))
        {
            foreach (var entry in StoredEntry.In(bundle))
            {
                if (entry.Index < Size)
                    continue;
                if (entry.Index != Size)
                    throw new InvalidDataException($"Entry {Size} is missing: the next stored one is {entry.Index}.");
                Merkle.HashLeaf(entry.HeaderBytes.Span, leaf);
                _frontier.Append(leaf);
                _builder.Append(leaf, completed);
                if (Size == size)
                    break;
            }
            if (completed.Count >= 64)
                await StoreAsync(completed, cancellationToken);
            if (Size == size)
                break;
        }
        await StoreAsync(completed, cancellationToken);
        if (Size < size)
            throw new InvalidDataException($"The log should hold {size} entries and only {Size} are stored.");
    }

    /// <summary>Hashes for proofs in the tree at the size it was extended to.</summary>
    public IHashSource Hashes()
    {
        var partial = _builder.Partial().ToDictionary(t => (t.Level, (long)t.Index), t => t.Hashes.ToArray());
        return new TileHashSource((level, n) => Read(partial, level, (long)n));
    }

    private ReadOnlyMemory<byte>? Read(Dictionary<(int, long), byte[]> partial, int level, long n)
    {
        if (partial.TryGetValue((level, n), out var tile) || _recentTiles.TryGetValue((level, n), out tile))
            return tile;
        tile = records.ReadTile(level, n);
        if (tile is null)
            return null;
        if (_recentTiles.Count > 4096)
            _recentTiles.Clear();
        return _recentTiles[(level, n)] = tile;
    }

    private async Task StoreAsync(List<Tile> completed, CancellationToken cancellationToken)
    {
        await records.StoreTilesAsync([.. completed.Select(t => new StoredTile(t.Level, (long)t.Index, t.Hashes.ToArray()))], cancellationToken);
        completed.Clear();
    }

    /// <summary>Begins anew, after a failure half-way.</summary>
    public void Reset()
    {
        (_builder, _frontier) = (new TileBuilder(), new Frontier());
        _recentTiles.Clear();
    }
}
