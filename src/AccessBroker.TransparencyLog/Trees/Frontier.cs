using System.Numerics;

namespace AccessBroker.TransparencyLog;

/// <summary>
/// What must be kept of a tree to append to it and to know its root: the hashes of its complete subtrees,
/// one for each set bit of its size, the largest first (a compact range from 0).
/// </summary>
/// <remarks>Not thread-safe. Appending allocates nothing.</remarks>
public sealed class Frontier
{
    // A stack: the smallest subtree is last. 64 subtrees are the most that a 64-bit size can have.
    private readonly byte[] _hashes = new byte[64 * Merkle.HashSize];

    /// <summary>Number of leaves.</summary>
    public ulong Size { get; private set; }

    private int Count => BitOperations.PopCount(Size);

    /// <summary>Reads what <see cref="ToBytes"/> wrote.</summary>
    /// <param name="size">Number of leaves.</param>
    /// <param name="bytes">32 bytes per set bit of <paramref name="size"/>, the largest subtree first.</param>
    /// <exception cref="FormatException">The length does not fit the size.</exception>
    public static Frontier FromBytes(ulong size, ReadOnlySpan<byte> bytes)
    {
        var expected = BitOperations.PopCount(size) * Merkle.HashSize;
        if (bytes.Length != expected)
            throw new FormatException($"The frontier of a tree of {size} leaves has {expected} bytes, not {bytes.Length}.");
        var frontier = new Frontier { Size = size };
        bytes.CopyTo(frontier._hashes);
        return frontier;
    }

    /// <summary>32 bytes per set bit of <see cref="Size"/>, the largest subtree first.</summary>
    public byte[] ToBytes() => _hashes.AsSpan(0, Count * Merkle.HashSize).ToArray();

    /// <summary>Adds one leaf at index <see cref="Size"/>.</summary>
    /// <exception cref="ArgumentException">Not 32 bytes.</exception>
    public void Append(ReadOnlySpan<byte> leafHash)
    {
        if (leafHash.Length != Merkle.HashSize)
            throw new ArgumentException($"A leaf hash has {Merkle.HashSize} bytes, not {leafHash.Length}.", nameof(leafHash));
        var size = checked(Size + 1);
        var last = Count;

        // Like a carry in binary addition: each trailing one bit is a complete subtree that the new one joins.
        Span<byte> node = stackalloc byte[Merkle.HashSize];
        leafHash.CopyTo(node);
        for (var carry = Size; (carry & 1) != 0; carry >>= 1)
            Merkle.HashNode(Slot(--last), node, node);
        node.CopyTo(Slot(last));
        Size = size;
    }

    /// <summary>MTH (RFC 6962 §2.1) of the tree as it stands.</summary>
    public byte[] Root()
    {
        if (Size == 0)
            return Merkle.EmptyRoot;
        var last = Count - 1;
        var root = Slot(last).ToArray();
        while (last > 0)
            Merkle.HashNode(Slot(--last), root, root);
        return root;
    }

    private Span<byte> Slot(int i) => _hashes.AsSpan(i * Merkle.HashSize, Merkle.HashSize);
}
