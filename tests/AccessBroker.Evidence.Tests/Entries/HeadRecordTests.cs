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
