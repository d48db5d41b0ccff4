using System.Security.Cryptography;

namespace AccessBroker.TransparencyLog;

/// <summary>
/// Proof that the subtree over the leaves [start, end) holds the same entries as the tree of the first
/// size leaves (draft-ietf-plants-merkle-tree-certs §4.4).
/// </summary>
public static class SubtreeConsistencyProof
{
    /// <summary>The proof from the subtree [start, end) to the first <paramref name="size"/> leaves, the deepest hash first.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The subtree reaches past the tree.</exception>
    /// <exception cref="ArgumentException">[start, end) is no valid subtree.</exception>
    public static IReadOnlyList<byte[]> Create(ulong start, ulong end, ulong size, IHashSource source)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(end, size);
        ProofBuilder.RequireSubtree(start, end);
        return ProofBuilder.Build(start, end, 0, size, source);
    }

    /// <summary>
    /// Whether the proof connects subtree and tree (§4.4.3). Malformed input is false. An empty subtree is consistent
    /// with every tree when its root is the hash of nothing.
    /// </summary>
    public static bool Verify(
        ulong start, ulong end, ulong size, ReadOnlySpan<byte> subtreeRoot, ReadOnlySpan<byte> root, IReadOnlyList<byte[]> proof)
    {
        ArgumentNullException.ThrowIfNull(proof);
        if (!ProofBuilder.IsSubtree(start, end) || end > size || !ProofBuilder.AreHashes(proof))
            return false;
        if (start == end)
            return proof.Count == 0 && subtreeRoot.SequenceEqual(SHA256.HashData([]));
        if (proof.Count > 0 && (subtreeRoot.Length != Merkle.HashSize || root.Length != Merkle.HashSize))
            return false;

        // The names are the draft's. On each level fn is the first and sn the last node of the subtree, tn the tree's last;
        // fr grows to the subtree's root, sr to the tree's. First climb to the largest node that both trees share.
        var (fn, sn, tn) = (start, end - 1, size - 1);
        while (fn != sn && (sn == tn || (sn & 1) != 0))
            (fn, sn, tn) = (fn >> 1, sn >> 1, tn >> 1);

        var next = 0;
        if (fn != sn && proof.Count == 0)
            return false;
        var shared = fn == sn ? subtreeRoot : proof[next++];
        if (proof.Count == next)
            return tn == 0 && shared.SequenceEqual(subtreeRoot) && shared.SequenceEqual(root);

        Span<byte> fr = stackalloc byte[Merkle.HashSize];
        Span<byte> sr = stackalloc byte[Merkle.HashSize];
        shared.CopyTo(fr);
        shared.CopyTo(sr);
        for (; next < proof.Count; next++)
        {
            var c = proof[next];
            if (tn == 0)
                return false;
            if ((sn & 1) != 0 || sn == tn)
            {
                if (fn < sn)
                    Merkle.HashNode(c, fr, fr);
                Merkle.HashNode(c, sr, sr);
                while ((sn & 1) == 0)
                    (fn, sn, tn) = (fn >> 1, sn >> 1, tn >> 1);
            }
            else
            {
                Merkle.HashNode(sr, c, sr);
            }
            (fn, sn, tn) = (fn >> 1, sn >> 1, tn >> 1);
        }
        return tn == 0 && fr.SequenceEqual(subtreeRoot) && sr.SequenceEqual(root);
    }
}
