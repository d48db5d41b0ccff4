using System.Numerics;

namespace AccessBroker.TransparencyLog;

/// <summary>
/// Makes every kind of proof. An inclusion proof is the consistency proof of a subtree of one leaf
/// (draft-ietf-plants-merkle-tree-certs §4.4.1), so one walk from the root down serves all.
/// </summary>
internal static class ProofBuilder
{
    /// <summary>
    /// SUBTREE_PROOF(start, end) of the draft within the tree over the leaves [low, high):
    /// the hashes beside the way from the root to the subtree, the deepest first.
    /// </summary>
    public static IReadOnlyList<byte[]> Build(ulong start, ulong end, ulong low, ulong high, IHashSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (start == end)
            return [];
        var proof = new List<byte[]>();
        var known = true; // whether the verifier knows the hash that the walk ends at
        while (start != low || end != high)
        {
            var middle = low + LargestPowerBelow(high - low);
            if (end <= middle)
            {
                proof.Add(Hash(middle, high, source));
                high = middle;
            }
            else
            {
                proof.Add(Hash(low, middle, source));
                low = middle;
                if (start < middle)
                {
                    // The subtree crosses the middle: its left half is the hash just added, its right half goes on.
                    start = middle;
                    known = false;
                }
            }
        }
        if (!known)
            proof.Add(Hash(low, high, source));
        proof.Reverse();
        return proof;
    }

    /// <summary>MTH of the leaves [start, end), a valid subtree, out of complete subtrees.</summary>
    public static byte[] Hash(ulong start, ulong end, IHashSource source)
    {
        var hash = new byte[Merkle.HashSize];
        var size = end - start;
        if (BitOperations.IsPow2(size))
        {
            var level = BitOperations.Log2(size);
            source.Read(level, start >> level, hash);
            return hash;
        }
        var middle = start + LargestPowerBelow(size);
        Merkle.HashNode(Hash(start, middle, source), Hash(middle, end, source), hash);
        return hash;
    }

    /// <summary>Whether [start, end) is a valid subtree: start is a multiple of the size rounded up to a power of two (§4.1).</summary>
    public static bool IsSubtree(ulong start, ulong end) =>
        // A size above 2^63 rounds to 2^64, which is 0 here: the mask is then all ones, as it should be.
        start <= end && (start & (BitOperations.RoundUpToPowerOf2(end - start) - 1)) == 0 || start == end;

    /// <summary>Throws unless [start, end) is a valid subtree.</summary>
    public static void RequireSubtree(ulong start, ulong end)
    {
        if (!IsSubtree(start, end))
            throw new ArgumentException($"[{start}, {end}) is no subtree: its start must be a multiple of its size rounded up to a power of two.");
    }

    public static bool AreHashes(IReadOnlyList<byte[]> proof)
    {
        foreach (var hash in proof)
        {
            if (hash is not { Length: Merkle.HashSize })
                return false;
        }
        return true;
    }

    private static ulong LargestPowerBelow(ulong size) => 1UL << BitOperations.Log2(size - 1);
}
