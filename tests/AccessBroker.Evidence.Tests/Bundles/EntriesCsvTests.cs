using System.Text;

namespace AccessBroker.Evidence.Tests;

public class EntriesCsvTests
{
    private static string Row(string body)
    {
        using var output = new MemoryStream();
        var header = new EntryHeader(1_795_000_000_123_456, EntryClass.Intent, 7, Guid.Empty, Guid.Empty, default, default, default, 1, 1);
        new EntriesCsv(output).Write(42, Hash32.OfLeaf(header.ToArray()), header, BodyState.Present, Encoding.UTF8.GetBytes(body));
        return Encoding.UTF8.GetString(output.ToArray()).Split("\r\n", 2)[1];
    }

    [Theory]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("+1", "'+1")]
    [InlineData("-1", "'-1")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("  =1", "'  =1")]
    [InlineData("\u0001=1", "\u0001=1")]
    [InlineData("\t=1", "'\t=1")]
    [InlineData("＝1", "'＝1")]
    [InlineData("/orgs/a,b", "\"/orgs/a,b\"")]
    [InlineData("a\"b", "\"a\"\"b\"")]
    [InlineData("a;b", "\"a;b\"")]
    [InlineData("a=b", "a=b")]
    public void Write_CellThatBeginsLikeAFormula_GetsAnApostrophe(string value, string cell)
    {
        var row = Row(Encoding.UTF8.GetString(new BodyWriter().Add("kind", "k").Add("path", value).ToBytes()));

        Assert.Contains($",{cell},", row);
    }

    [Fact]
    public void Write_Row_CarriesIdxLeafAndTime()
    {
        var row = Row("""{"kind":"http.intent","status":200,"target":{"a":1}}""");

        Assert.Matches("^42,[0-9a-f]{64},7,2026-11-18T11:06:40.123456Z,intent,http.intent,", row);
        Assert.Contains("\"{\"\"a\"\":1}\"", row);
        Assert.EndsWith(",present\r\n", row);
    }
}
