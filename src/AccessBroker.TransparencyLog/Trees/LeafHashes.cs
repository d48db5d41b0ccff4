namespace AccessBroker.TransparencyLog;

/// <summary>A tree in memory: its leaf hashes, from which each node is computed when asked for.</summary>
public sealed class LeafHashes(IReadOnlyList<byte[]> leaves) : IHashSource
{
    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">The subtree reaches past the last leaf.</exception>
    public void Read(int level, ulong index, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(level);
        if (level > 31 || index >= (ulong)leaves.Count || (index + 1) << level > (ulong)leaves.Count)
            throw new ArgumentOutOfRangeException(nameof(index), $"Subtree ({level}, {index}) reaches past the {leaves.Count} leaves.");
        Compute(level, (int)index, destination);
    }

    private void Compute(int level, int index, Span<byte> destination)
    {
        if (level == 0)
        {
            leaves[index].CopyTo(destination);
            return;
        }
        Span<byte> left = stackalloc byte[Merkle.HashSize];
        Span<byte> right = stackalloc byte[Merkle.HashSize];
        Compute(level - 1, 2 * index, left);
        Compute(level - 1, 2 * index + 1, right);
        Merkle.HashNode(left, right, destination);
    }
}
