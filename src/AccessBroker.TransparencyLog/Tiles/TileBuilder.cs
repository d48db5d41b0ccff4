namespace AccessBroker.TransparencyLog;

/// <summary>
/// Cuts a growing tree into tiles: takes leaf hashes in order, gives each tile of 256 hashes when it is full, on every level.
/// </summary>
/// <remarks>Not thread-safe. Derivable state: what is lost can be rebuilt from the leaf hashes.</remarks>
public sealed class TileBuilder
{
    // _partial[level] holds the hashes of that level's last, not yet full tile. 8 levels of 8 bits count 64 bits.
    private readonly byte[][] _partial = new byte[8][];
    private readonly int[] _width = new int[8];

    /// <summary>Number of leaves so far.</summary>
    public ulong Size { get; private set; }

    /// <summary>Goes on where a tree of <paramref name="size"/> leaves stopped.</summary>
    /// <param name="size">Number of leaves.</param>
    /// <param name="read">Its tiles; those above level 0 are read where stored, else computed from the full tiles below.</param>
    /// <exception cref="InvalidDataException">A tile is missing or too short; the message names it.</exception>
    public static TileBuilder Resume(ulong size, TileReader read)
    {
        var builder = new TileBuilder { Size = size };
        var source = new TileHashSource(read);
        for (var level = 0; level < builder._partial.Length; level++)
        {
            var n = TilePath.FullTiles(level, size);
            var width = builder._width[level] = TilePath.PartialWidth(level, size);
            var stored = width == 0 ? default : (read(level, n) ?? default).Span;
            for (var i = 0; i < width; i++)
            {
                var slot = builder.Slot(level, i);
                if (stored.Length >= width * Merkle.HashSize)
                    stored.Slice(i * Merkle.HashSize, Merkle.HashSize).CopyTo(slot);
                else
                    source.Read(level * 8, n * TilePath.FullWidth + (ulong)i, slot);
            }
        }
        return builder;
    }

    /// <summary>Adds one leaf; <paramref name="completed"/> receives the tiles it fills, the lowest level first.</summary>
    /// <exception cref="ArgumentException">Not 32 bytes.</exception>
    public void Append(ReadOnlySpan<byte> leafHash, ICollection<Tile> completed)
    {
        ArgumentNullException.ThrowIfNull(completed);
        if (leafHash.Length != Merkle.HashSize)
            throw new ArgumentException($"A leaf hash has {Merkle.HashSize} bytes, not {leafHash.Length}.", nameof(leafHash));
        Size = checked(Size + 1);

        Span<byte> hash = stackalloc byte[Merkle.HashSize];
        leafHash.CopyTo(hash);
        for (var level = 0; level < _partial.Length; level++)
        {
            hash.CopyTo(Slot(level, _width[level]));
            if (++_width[level] < TilePath.FullWidth)
                return;
            var tile = new Tile(level, TilePath.FullTiles(level, Size) - 1, _partial[level]);
            completed.Add(tile);
            Tile.Fold(tile.Hashes.Span, 0, 8, hash);
            _width[level] = 0;
            _partial[level] = null!; // the tile keeps the array
        }
    }

    /// <summary>The tiles that are not full yet, as copies, the lowest level first; none is empty.</summary>
    public IEnumerable<Tile> Partial() =>
        from level in Enumerable.Range(0, _partial.Length)
        where _width[level] > 0
        select new Tile(level, TilePath.FullTiles(level, Size), _partial[level].AsSpan(0, _width[level] * Merkle.HashSize).ToArray());

    private Span<byte> Slot(int level, int i) => (_partial[level] ??= new byte[Tile.FullSize]).AsSpan(i * Merkle.HashSize, Merkle.HashSize);
}
