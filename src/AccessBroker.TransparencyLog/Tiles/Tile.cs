namespace AccessBroker.TransparencyLog;

/// <summary>Up to 256 consecutive hashes of every eighth level of a tree (C2SP tlog-tiles).</summary>
/// <param name="Level">0 for leaf hashes; at L each hash covers 256^L leaves.</param>
/// <param name="Index">The tile's place on its level.</param>
/// <param name="Hashes">32 bytes a hash.</param>
public sealed record Tile(int Level, ulong Index, ReadOnlyMemory<byte> Hashes)
{
    /// <summary>Bytes of a full tile.</summary>
    public const int FullSize = TilePath.FullWidth * Merkle.HashSize;

    /// <summary>Number of hashes, 1–256.</summary>
    public int Width => Hashes.Length / Merkle.HashSize;

    /// <summary>Where it is served.</summary>
    public TilePath Path => new(Level, Index, Width);

    /// <summary>The hash of the complete subtree over 2^<paramref name="height"/> hashes from <paramref name="first"/> on.</summary>
    internal static void Fold(ReadOnlySpan<byte> hashes, int first, int height, Span<byte> destination)
    {
        if (height == 0)
        {
            hashes.Slice(first * Merkle.HashSize, Merkle.HashSize).CopyTo(destination);
            return;
        }
        Span<byte> left = stackalloc byte[Merkle.HashSize];
        Span<byte> right = stackalloc byte[Merkle.HashSize];
        Fold(hashes, first, height - 1, left);
        Fold(hashes, first + (1 << (height - 1)), height - 1, right);
        Merkle.HashNode(left, right, destination);
    }
}
