using System.Text;

namespace AccessBroker.Evidence.Tests;

public class CanonicalJsonTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("arrays"), InlineData("french"), InlineData("unicode"), InlineData("weird")]
    public void Canonicalize_PublishedVector_EqualsItsOutputByByte(string name)
    {
        var folder = Vectors.Folder("jcs");
        var expected = File.ReadAllBytes(Path.Combine(folder, "output", name + ".json"));

        var actual = CanonicalJson.Canonicalize(File.ReadAllBytes(Path.Combine(folder, "input", name + ".json")));

        Assert.Equal(Encoding.UTF8.GetString(expected), Encoding.UTF8.GetString(actual));
        var hex = string.Concat(File.ReadAllText(Path.Combine(folder, "outhex", name + ".txt")).Where(char.IsAsciiHexDigit));
        Assert.Equal(hex, Convert.ToHexStringLower(actual));
        Assert.True(CanonicalJson.IsCanonical(actual, out var error), error);
        output.WriteLine($"vectors: jcs/{name}: equal by byte");
    }

    [Theory]
    [InlineData("values"), InlineData("structures")]
    public void Canonicalize_PublishedVectorWithFloats_IsRefused(string name)
    {
        var input = File.ReadAllBytes(Path.Combine(Vectors.Folder("jcs"), "input", name + ".json"));

        var error = Assert.Throws<CanonicalJsonException>(() => CanonicalJson.Canonicalize(input));

        Assert.Contains("not an integer", error.Message);
        output.WriteLine($"vectors: jcs/{name}: refused, it holds floats");
    }

    [Theory]
    [InlineData("""{"a":1,"a":1}""", "duplicate key \"a\"")]
    [InlineData("""{"a":1,"\u0061":1}""", "duplicate key \"a\"")]
    [InlineData("""{"a":{"b":1,"c":2,"b":3}}""", "duplicate key \"b\"")]
    [InlineData("""{"a":1.0}""", "not an integer")]
    [InlineData("""{"a":1e2}""", "not an integer")]
    [InlineData("""{"a":9007199254740992}""", "2^53")]
    [InlineData("""{"a":-9007199254740992}""", "2^53")]
    [InlineData("""{"a":99999999999999999999999}""", "2^53")]
    [InlineData("""{"a":"\ud800"}""", "lone surrogate")]
    [InlineData("""{"\udc00":1}""", "lone surrogate")]
    [InlineData("""{"a":1}x""", "not JSON")]
    [InlineData("""{"a":1,}""", "not JSON")]
    [InlineData("""{"a":01}""", "not JSON")]
    [InlineData("""/**/{}""", "not JSON")]
    [InlineData("", "not JSON")]
    [InlineData("{", "not JSON")]
    public void Canonicalize_OutsideTheSubset_SaysWhy(string json, string why)
    {
        var error = Assert.Throws<CanonicalJsonException>(() => CanonicalJson.Canonicalize(Encoding.UTF8.GetBytes(json)));

        Assert.Contains(why, error.Message);
        Assert.False(CanonicalJson.IsCanonical(Encoding.UTF8.GetBytes(json), out var message));
        Assert.Contains(why, message);
    }

    [Fact]
    public void Canonicalize_InvalidUtf8_SaysSo()
    {
        byte[] overlong = [(byte)'"', 0xC0, 0x80, (byte)'"'];

        Assert.False(CanonicalJson.IsCanonical(overlong, out var error));

        Assert.Contains("UTF-8", error);
    }

    [Fact]
    public void Canonicalize_DepthAndSize_AreLimited()
    {
        string Nested(int levels) => new string('[', levels) + new string(']', levels);

        Assert.True(CanonicalJson.IsCanonical(Encoding.UTF8.GetBytes(Nested(64)), out var error), error);
        Assert.False(CanonicalJson.IsCanonical(Encoding.UTF8.GetBytes(Nested(65)), out error));
        Assert.Contains("deeper than 64", error);
        Assert.False(CanonicalJson.IsCanonical(Encoding.UTF8.GetBytes('"' + new string('x', 65536) + '"'), out error));
        Assert.Contains("65538 bytes", error);
    }

    [Theory]
    [InlineData("""{"b":1,"a":2}""")]
    [InlineData("""{ "a":2}""")]
    [InlineData("""{"a":"\u0041"}""")]
    [InlineData("""{"a":-0}""")]
    [InlineData("{}\n")]
    public void IsCanonical_SameValueOtherBytes_IsRefused(string json)
    {
        Assert.False(CanonicalJson.IsCanonical(Encoding.UTF8.GetBytes(json), out var error));

        Assert.Contains("not in canonical form", error);
    }
}
