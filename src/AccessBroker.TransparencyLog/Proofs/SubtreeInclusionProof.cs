namespace AccessBroker.TransparencyLog;

/// <summary>Proof that a leaf stands in the subtree over the leaves [start, end) (draft-ietf-plants-merkle-tree-certs §4.3).</summary>
public static class SubtreeInclusionProof
{
    /// <summary>The audit path of leaf <paramref name="index"/> (counted in the whole tree) up to the subtree's root.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The leaf is not in the subtree.</exception>
    /// <exception cref="ArgumentException">[start, end) is no valid subtree.</exception>
    public static IReadOnlyList<byte[]> Create(ulong index, ulong start, ulong end, IHashSource source)
    {
        ProofBuilder.RequireSubtree(start, end);
        if (index < start || index >= end)
            throw new ArgumentOutOfRangeException(nameof(index), $"Leaf {index} is not in [{start}, {end}).");
        return ProofBuilder.Build(index, index + 1, start, end, source);
    }

    /// <summary>Whether the proof leads from the leaf to the subtree's root (§4.3.2, §4.3.3). Malformed input is false.</summary>
    public static bool Verify(
        ulong index, ulong start, ulong end, ReadOnlySpan<byte> leafHash, IReadOnlyList<byte[]> proof, ReadOnlySpan<byte> root)
    {
        ArgumentNullException.ThrowIfNull(proof);
        if (!ProofBuilder.IsSubtree(start, end) || index < start || index >= end)
            return false;
        if (leafHash.Length != Merkle.HashSize || root.Length != Merkle.HashSize || !ProofBuilder.AreHashes(proof))
            return false;

        // The names are the draft's: fn is the node on the way up, sn the last node of its level.
        var (fn, sn) = (index - start, end - start - 1);
        Span<byte> r = stackalloc byte[Merkle.HashSize];
        leafHash.CopyTo(r);
        foreach (var p in proof)
        {
            if (sn == 0)
                return false;
            if ((fn & 1) != 0 || fn == sn)
            {
                Merkle.HashNode(p, r, r);
                while ((fn & 1) == 0)
                    (fn, sn) = (fn >> 1, sn >> 1);
            }
            else
            {
                Merkle.HashNode(r, p, r);
            }
            (fn, sn) = (fn >> 1, sn >> 1);
        }
        return sn == 0 && r.SequenceEqual(root);
    }
}
