namespace AccessBroker.TransparencyLog;

/// <summary>
/// A tree stored as tiles of height 8. Partial tiles above level 0 need not be stored: a hash that is missing there
/// is computed from the full tile below.
/// </summary>
/// <remarks>
/// Tiles are believed, not authenticated: whoever takes them from another party verifies the proofs made of them.
/// Nothing is cached; a reader that costs something keeps what it read.
/// </remarks>
public sealed class TileHashSource(TileReader read) : IHashSource
{
    private const int Height = 8;

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">A tile is missing or too short; the message names it.</exception>
    public void Read(int level, ulong index, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(level);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(level, 63);

        // The node spans 2^height hashes, all in one tile, because height is below 8.
        var (tileLevel, height) = (level / Height, level % Height);
        var (n, first) = (index >> (Height - height), (int)((index << height) % TilePath.FullWidth));
        var hashes = (read(tileLevel, n) ?? default).Span;
        if (hashes.Length % Merkle.HashSize != 0 || hashes.Length > Tile.FullSize)
            throw new InvalidDataException($"{new TilePath(tileLevel, n)} has {hashes.Length} bytes, which is no tile.");
        if (hashes.Length >= (first + (1 << height)) * Merkle.HashSize)
            Tile.Fold(hashes, first, height, destination);
        else if (tileLevel == 0)
            throw new InvalidDataException($"{new TilePath(tileLevel, n)} is missing or shorter than the tree: it has {hashes.Length / Merkle.HashSize} hashes.");
        else if (height == 0)
            ReadRoot(tileLevel - 1, index, destination);
        else
            ReadChildren(level, index, destination);
    }

    private void ReadRoot(int tileLevel, ulong n, Span<byte> destination)
    {
        var hashes = (read(tileLevel, n) ?? default).Span;
        if (hashes.Length == Tile.FullSize)
            Tile.Fold(hashes, 0, Height, destination);
        else
            ReadChildren((tileLevel + 1) * Height, n, destination);
    }

    private void ReadChildren(int level, ulong index, Span<byte> destination)
    {
        Span<byte> left = stackalloc byte[Merkle.HashSize];
        Span<byte> right = stackalloc byte[Merkle.HashSize];
        Read(level - 1, 2 * index, left);
        Read(level - 1, 2 * index + 1, right);
        Merkle.HashNode(left, right, destination);
    }
}
