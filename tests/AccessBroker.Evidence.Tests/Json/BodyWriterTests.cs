using System.Text;

namespace AccessBroker.Evidence.Tests;

public class BodyWriterTests
{
    private static string Text(BodyWriter body) => Encoding.UTF8.GetString(body.ToBytes());

    [Fact]
    public void ToBytes_MembersInAnyOrder_AreSortedByUtf16()
    {
        var body = new BodyWriter()
            .Add("\ufb33", "dalet").Add("\ud83d\ude02", "smiley").Add("kind", "http.intent").Add("bytes", 12)
            .Add("", "empty").Add("ok", true).AddNull("sha256").Add("absent", (string?)null)
            .Add("operations", ["tickets.read", "a"]).Add("target", new BodyWriter().Add("z", 1).Add("a", -1))
            .Add("list", [new BodyWriter().Add("b", false)]);

        // The smiley is two surrogates (U+D83D …), so it sorts before U+FB33 although its code point is larger.
        Assert.Equal("""{"":"empty","bytes":12,"kind":"http.intent","list":[{"b":false}],"ok":true,"operations":["tickets.read","a"],"sha256":null,"target":{"a":-1,"z":1},"😂":"smiley","[]":"dalet"}""".Replace("[]", "\ufb33", StringComparison.Ordinal), Text(body));
        Assert.True(CanonicalJson.IsCanonical(body.ToBytes(), out var error), error);
    }

    [Fact]
    public void Add_EveryUtf16CodeUnit_GivesACanonicalBody()
    {
        for (var c = 0; c <= 0xFFFF; c += 97)
        {
            var text = $"{(char)c}x{(char)(0xFFFF - c)}\ud83d\ude02\"\\/\u0000\u001f\u007f\u2028";
            var body = new BodyWriter().Add("t" + text, text).ToBytes();
            Assert.True(CanonicalJson.IsCanonical(body, out var error), $"U+{c:X4}: {error}");
        }
    }

    [Fact]
    public void Add_LoneSurrogate_BecomesReplacementCharacter() =>
        Assert.Equal("{\"a\":\"x\uFFFD\\\"\uFFFDy\",\"n\uFFFD\":1}", Text(new BodyWriter().Add("a", "x\ud800\"\udc00y").Add("n\ud800", 1)));

    [Fact]
    public void Add_ControlCharacters_UseTheEscapesOfRfc8785() =>
        Assert.Equal("""{"a":"\b\t\n\f\r\"\\\u0000\u001f/"}""", Text(new BodyWriter().Add("a", "\b\t\n\f\r\"\\\u0000\u001f/")));

    [Fact]
    public void ToBytes_NameTwice_Throws()
    {
        var body = new BodyWriter().Add("a", 1).Add("b", 1).Add("a", "x");

        Assert.Contains("\"a\" twice", Assert.Throws<InvalidOperationException>(body.ToBytes).Message);
    }

    [Fact]
    public void Add_IntegerOf2To53_Throws()
    {
        new BodyWriter().Add("a", CanonicalJson.MaxInteger).Add("b", -CanonicalJson.MaxInteger).ToBytes();
        Assert.Throws<ArgumentOutOfRangeException>(() => new BodyWriter().Add("a", 1L << 53));
        Assert.Throws<ArgumentOutOfRangeException>(() => new BodyWriter().Add("a", -(1L << 53)));
    }

    [Fact]
    public void ToBytes_Over64KiB_Throws()
    {
        Assert.Equal(65536, new BodyWriter().Add("a", new string('x', 65536 - 8)).ToBytes().Length);
        Assert.Throws<BodyTooLargeException>(() => new BodyWriter().Add("a", new string('x', 65536 - 7)).ToBytes());
        Assert.Throws<BodyTooLargeException>(() => new BodyWriter().Add("a", new string('x', 1_000_000)));
    }
}
