using System.Numerics;
using CsCheck;

namespace AccessBroker.TransparencyLog.Tests.Proofs;

/// <summary>Proofs of trees up to 5,000 leaves against the recursive definitions, and against forgers.</summary>
public sealed class ProofPropertyTests
{
    private static readonly LeafHashes Source = new(NaiveTree.Leaves);

    private static readonly Gen<(int Size, int Index)> SizeAndIndex =
        from size in Gen.OneOf(Gen.Int[1, 40], Gen.Int[1, 5000])
        from index in Gen.Int[0, size - 1]
        select (size, index);

    private static readonly Gen<(int Start, int End, int Size)> Subtree =
        from size in Gen.OneOf(Gen.Int[1, 40], Gen.Int[1, 5000])
        from level in Gen.Int[0, BitOperations.Log2((uint)size)]
        from n in Gen.Int[0, (size - 1) >> level]
        let start = n << level
        from end in Gen.Int[start + 1, Math.Min(start + (1 << level), size)]
        select (start, end, size);

    [Fact]
    public void InclusionCreate_AnyTree_IsThePathOfRfc6962() => SizeAndIndex.Sample(t =>
        Same(NaiveTree.Path(t.Index, 0, t.Size), InclusionProof.Create((ulong)t.Index, (ulong)t.Size, Source)));

    [Fact]
    public void InclusionVerify_AnyTree_HoldsForThisLeafIndexSizeAndRootOnly() => SizeAndIndex.Sample(t =>
    {
        var (index, size) = ((ulong)t.Index, (ulong)t.Size);
        var (leaf, root) = (NaiveTree.Leaves[t.Index], NaiveTree.Root(0, t.Size));
        var proof = InclusionProof.Create(index, size, Source);
        return InclusionProof.Verify(index, size, leaf, proof, root)
            && !InclusionProof.Verify(index + 1, size, leaf, proof, root)
            && !InclusionProof.Verify(index, size, Flip(leaf), proof, root)
            && !InclusionProof.Verify(index, size, leaf, proof, Flip(root))
            && Forgeries(proof).All(forged => !InclusionProof.Verify(index, size, leaf, forged, root));
    });

    [Fact]
    public void ConsistencyCreate_AnyTwoSizes_IsTheProofOfRfc6962() => SizeAndIndex.Sample(t =>
        Same(NaiveTree.Proof(t.Index + 1, t.Size), ConsistencyProof.Create((ulong)t.Index + 1, (ulong)t.Size, Source)));

    [Fact]
    public void ConsistencyVerify_AnyTwoSizes_HoldsForTheseSizesAndRootsOnly() => SizeAndIndex.Sample(t =>
    {
        var (size1, size2) = ((ulong)t.Index + 1, (ulong)t.Size);
        var (root1, root2) = (NaiveTree.Root(0, t.Index + 1), NaiveTree.Root(0, t.Size));
        var proof = ConsistencyProof.Create(size1, size2, Source);
        return ConsistencyProof.Verify(size1, size2, root1, root2, proof)
            && !ConsistencyProof.Verify(0, size2, root1, root2, proof)
            && !ConsistencyProof.Verify(size1, size2, Flip(root1), root2, proof)
            && !ConsistencyProof.Verify(size1, size2, root1, Flip(root2), proof)
            && (size1 == size2 || !ConsistencyProof.Verify(size2, size1, root2, root1, proof))
            && Forgeries(proof).All(forged => !ConsistencyProof.Verify(size1, size2, root1, root2, forged));
    });

    [Fact]
    public void SubtreeInclusionCreate_AnySubtree_IsItsPathAndVerifies() => Subtree.Sample(t =>
    {
        var index = (t.Start + t.End) / 2;
        var proof = SubtreeInclusionProof.Create((ulong)index, (ulong)t.Start, (ulong)t.End, Source);
        return Same(NaiveTree.Path(index - t.Start, t.Start, t.End), proof)
            && SubtreeInclusionProof.Verify(
                (ulong)index, (ulong)t.Start, (ulong)t.End, NaiveTree.Leaves[index], proof, NaiveTree.Root(t.Start, t.End));
    });

    [Fact]
    public void SubtreeConsistencyVerify_AnySubtree_HoldsForTheseRootsOnly() => Subtree.Sample(t =>
    {
        var (start, end, size) = ((ulong)t.Start, (ulong)t.End, (ulong)t.Size);
        var (subtree, root) = (NaiveTree.Root(t.Start, t.End), NaiveTree.Root(0, t.Size));
        var proof = SubtreeConsistencyProof.Create(start, end, size, Source);
        return SubtreeConsistencyProof.Verify(start, end, size, subtree, root, proof)
            && !SubtreeConsistencyProof.Verify(start, end, size, Flip(subtree), root, proof)
            && !SubtreeConsistencyProof.Verify(start, end, size, subtree, Flip(root), proof)
            && Forgeries(proof).All(forged => !SubtreeConsistencyProof.Verify(start, end, size, subtree, root, forged));
    });

    [Fact]
    public void SubtreeConsistencyCreate_OfOneLeaf_IsItsInclusionProof() => SizeAndIndex.Sample(t =>
        Same(
            InclusionProof.Create((ulong)t.Index, (ulong)t.Size, Source),
            SubtreeConsistencyProof.Create((ulong)t.Index, (ulong)t.Index + 1, (ulong)t.Size, Source)));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(5, 5)]
    [InlineData(6, 5)]
    public void InclusionCreate_LeafOutsideTheTree_Throws(ulong index, ulong size) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => InclusionProof.Create(index, size, Source));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 5)]
    [InlineData(6, 5)]
    public void ConsistencyCreate_FromNothingOrBackwards_Throws(ulong size1, ulong size2) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => ConsistencyProof.Create(size1, size2, Source));

    [Theory]
    [InlineData(1, 3)]
    [InlineData(2, 5)]
    [InlineData(3, 2)]
    public void SubtreeCreate_NoSubtree_Throws(ulong start, ulong end)
    {
        Assert.Throws<ArgumentException>(() => SubtreeInclusionProof.Create(start, start, end, Source));
        Assert.Throws<ArgumentException>(() => SubtreeConsistencyProof.Create(start, end, 8, Source));
    }

    [Fact]
    public void Create_TreeLargerThanTheSource_Throws() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => InclusionProof.Create(0, 6000, Source));

    private static bool Same(IReadOnlyList<byte[]> expected, IReadOnlyList<byte[]> actual) =>
        expected.Select(Convert.ToHexString).SequenceEqual(actual.Select(Convert.ToHexString));

    /// <summary>What somebody may do to a proof: change, drop, add, double, shorten or swap hashes.</summary>
    private static IEnumerable<IReadOnlyList<byte[]>> Forgeries(IReadOnlyList<byte[]> proof)
    {
        yield return [.. proof, new byte[32]];
        yield return [new byte[32], .. proof];
        for (var i = 0; i < proof.Count; i++)
        {
            yield return [.. proof.Take(i), Flip(proof[i]), .. proof.Skip(i + 1)];
            yield return [.. proof.Take(i), .. proof.Skip(i + 1)];
            yield return [.. proof.Take(i), proof[i], .. proof.Skip(i)];
            yield return [.. proof.Take(i), proof[i][..31], .. proof.Skip(i + 1)];
            if (i > 0)
                yield return [.. proof.Take(i - 1), proof[i], proof[i - 1], .. proof.Skip(i + 1)];
        }
    }

    private static byte[] Flip(byte[] hash) => [(byte)(hash[0] ^ 1), .. hash[1..]];
}
