using AccessBroker.TransparencyLog;

namespace AccessBroker.Evidence.Tests;

public class HeadsTreeTests
{
    [Fact]
    public void Root_AfterEachChange_EqualsTheRootOfTheSortedRecords()
    {
        var random = new Random(5);
        var tree = new HeadsTree();
        var records = new SortedDictionary<Hash32, HeadRecord>();
        Assert.Equal(Merkle.EmptyRoot, tree.Root().ToArray());
        for (var i = 0; i < 300; i++)
        {
            var bytes = new byte[32];
            bytes[0] = (byte)random.Next(70);
            var record = new HeadRecord(new Hash32(bytes), (ulong)i + 1, new Hash32([.. bytes.Reverse()]));
            tree.Set(record);
            records[record.Trail] = record;
            if (i % 3 == 0)
                continue;

            Assert.Equal(HeadRecord.Root([.. records.Values]), tree.Root());
            var (position, proof) = tree.Find(record.Trail)!.Value;
            Assert.True(InclusionProof.Verify(position, (ulong)tree.Count, record.Leaf(), proof, tree.Root().ToArray()));
        }
        Assert.Null(tree.Find(new Hash32([.. Enumerable.Repeat((byte)255, 32)])));
    }
}
