using System.Security.Cryptography;
using System.Text;

namespace AccessBroker.Evidence.Tests;

public class HeadRecordTests
{
    private static Hash32 Filled(byte value) => new(Enumerable.Repeat(value, 32).ToArray());

    [Fact]
    public void ToArray_Record_Has76Bytes()
    {
        var bytes = new HeadRecord(Filled(1), 258, Filled(2)).ToArray();

        Assert.Equal("41424831" + new string('0', 0) + string.Concat(Enumerable.Repeat("01", 32))
            + "0000000000000102" + string.Concat(Enumerable.Repeat("02", 32)), Convert.ToHexStringLower(bytes));
    }

    [Fact]
    public void Root_ThreeTrails_IsTheRfc6962Root()
    {
        HeadRecord[] records = [new(Filled(1), 1, Filled(9)), new(Filled(2), 5, Filled(8)), new(Filled(3), 7, Filled(7))];
        static byte[] Leaf(HeadRecord r) => SHA256.HashData([0, .. r.ToArray()]);
        static byte[] Node(byte[] l, byte[] r) => SHA256.HashData([1, .. l, .. r]);

        var expected = Node(Node(Leaf(records[0]), Leaf(records[1])), Leaf(records[2]));

        Assert.Equal(expected, HeadRecord.Root(records).ToArray());
        Assert.Throws<ArgumentException>(() => HeadRecord.Root([records[1], records[0]]));
        Assert.Throws<ArgumentException>(() => HeadRecord.Root([records[1], records[1]]));
    }

    [Fact]
    public void HeadsBody_RoundTrip_IsExactlyTheFormOfThePage()
    {
        var bytes = new HeadsBody(Filled(0), 12).ToBytes();

        Assert.Equal("""{"kind":"log.heads","root":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=","trails":12}""", Encoding.ASCII.GetString(bytes));
        Assert.True(HeadsBody.TryParse(bytes, out var body, out var error), error);
        Assert.Equal(new HeadsBody(Filled(0), 12), body);
        Assert.True(CanonicalJson.IsCanonical(bytes, out error), error);
    }

    [Theory]
    [InlineData("""{"kind":"log.heads","root":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=","trails":012}""")]
    [InlineData("""{"kind":"log.heads","root":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB=","trails":12}""")]
    [InlineData("""{"kind":"log.heads","root":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=","trails":12,"x":1}""")]
    [InlineData("""{"kind":"log.heads","root":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=","trails":-1}""")]
    [InlineData("""{"kind":"log.heads","root":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=","trails":}""")]
    [InlineData("""{"kind":"log.heads"}""")]
    [InlineData("")]
    public void HeadsBody_AnyOtherForm_IsRefused(string text) =>
        Assert.False(HeadsBody.TryParse(Encoding.UTF8.GetBytes(text), out _, out _));
}
