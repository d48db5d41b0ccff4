using System.Text;
using CsCheck;

namespace AccessBroker.TransparencyLog.Tests.Trees;

public sealed class TreeTests
{
    [Fact]
    public void EmptyRoot_Changed_DoesNotReachTheNextCaller()
    {
        Merkle.EmptyRoot[0] ^= 1;
        Assert.Equal("E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855", Convert.ToHexString(Merkle.EmptyRoot));
    }

    [Theory]
    // certificate-transparency's own reference values
    [InlineData("", "6E340B9CFFB37A989CA544E6BB780A2C78901D3FB33738768511A30617AFA01D")]
    [InlineData("L123456", "395AA064AA4C29F7010ACFE3F25DB9485BBD4B91897B6AD7AD547639252B4D56")]
    public void HashLeaf_KnownData_IsTheKnownHash(string data, string hash) =>
        Assert.Equal(hash, Convert.ToHexString(Merkle.HashLeaf(Encoding.ASCII.GetBytes(data))));

    [Fact]
    public void HashNode_ChildrenThatAreNoHashes_Throws() =>
        Assert.Throws<ArgumentException>(() => Merkle.HashNode("N123"u8, "N456"u8));

    [Fact]
    public void HashLeaf_AnyLength_PrefixesOneZeroByte() => Gen.Byte.Array[0, 70_000].Sample(data =>
        Merkle.HashLeaf(data).SequenceEqual(System.Security.Cryptography.SHA256.HashData([0, .. data])), iter: 200);

    [Fact]
    public void HashLeafAndAppend_Repeated_AllocateNothing()
    {
        var (frontier, data, hash) = (new Frontier(), new byte[160], new byte[32]);
        Merkle.HashLeaf(data, hash);
        frontier.Append(hash);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            Merkle.HashLeaf(data, hash);
            frontier.Append(hash);
        }
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void FrontierRoot_EverySizeTo5000_IsTheDefinition()
    {
        var frontier = new Frontier();
        Assert.Equal(Merkle.EmptyRoot, frontier.Root());
        for (var size = 1; size <= NaiveTree.Leaves.Count; size++)
        {
            frontier.Append(NaiveTree.Leaves[size - 1]);
            Assert.Equal(NaiveTree.Root(0, size), frontier.Root());
        }
        Assert.Equal(5000ul, frontier.Size);
    }

    [Fact]
    public void FrontierFromBytes_AtAnySize_GoesOnAsIfNeverStopped() => Gen.Select(Gen.Int[0, 600], Gen.Int[0, 600]).Sample((stop, more) =>
    {
        var frontier = Fill(new Frontier(), 0, stop);
        var resumed = Frontier.FromBytes(frontier.Size, frontier.ToBytes());
        return Fill(resumed, stop, stop + more).Root().SequenceEqual(NaiveTree.Root(0, stop + more))
            && frontier.Root().SequenceEqual(NaiveTree.Root(0, stop));
    });

    [Theory]
    [InlineData(0, 32)]
    [InlineData(1, 0)]
    [InlineData(5, 32)]
    [InlineData(5, 63)]
    [InlineData(8, 64)]
    public void FrontierFromBytes_LengthDoesNotFitTheSize_Throws(ulong size, int length)
    {
        var error = Assert.Throws<FormatException>(() => Frontier.FromBytes(size, new byte[length]));
        Assert.Contains($"not {length}", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(33)]
    public void FrontierAppend_NotAHash_Throws(int length) =>
        Assert.Throws<ArgumentException>(() => new Frontier().Append(new byte[length]));

    [Fact]
    public void FrontierAppend_LargestTree_RefusesRatherThanWraps()
    {
        var full = Frontier.FromBytes(ulong.MaxValue, new byte[64 * 32]);
        Assert.Throws<OverflowException>(() => full.Append(new byte[32]));
    }

    [Fact]
    public void LeafHashesRead_PastTheEnd_Throws()
    {
        var source = new LeafHashes([.. NaiveTree.Leaves.Take(5)]);
        var hash = new byte[32];
        source.Read(2, 0, hash);
        Assert.Equal(NaiveTree.Root(0, 4), hash);
        Assert.Throws<ArgumentOutOfRangeException>(() => source.Read(2, 1, hash));
        Assert.Throws<ArgumentOutOfRangeException>(() => source.Read(0, 5, hash));
        Assert.Throws<ArgumentOutOfRangeException>(() => source.Read(64, 0, hash));
    }

    private static Frontier Fill(Frontier frontier, int from, int to)
    {
        for (var i = from; i < to; i++)
            frontier.Append(NaiveTree.Leaves[i]);
        return frontier;
    }
}
