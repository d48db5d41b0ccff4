namespace AccessBroker.TransparencyLog;

/// <summary>Proof that a leaf stands at an index of a tree (RFC 9162 §2.1.3, RFC 6962 §2.1.1).</summary>
public static class InclusionProof
{
    /// <summary>The audit path of leaf <paramref name="index"/> in the tree of the first <paramref name="size"/> leaves, the deepest hash first.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The tree has no such leaf.</exception>
    public static IReadOnlyList<byte[]> Create(ulong index, ulong size, IHashSource source) =>
        SubtreeInclusionProof.Create(index, 0, size, source);

    /// <summary>Whether the proof leads from the leaf to the root (RFC 9162 §2.1.3.2). Malformed input is false.</summary>
    public static bool Verify(ulong index, ulong size, ReadOnlySpan<byte> leafHash, IReadOnlyList<byte[]> proof, ReadOnlySpan<byte> root) =>
        SubtreeInclusionProof.Verify(index, 0, size, leafHash, proof, root);
}
