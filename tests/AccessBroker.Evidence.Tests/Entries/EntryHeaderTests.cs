using System.Security.Cryptography;
using System.Text;

namespace AccessBroker.Evidence.Tests;

public class EntryHeaderTests
{
    /// <summary>Written by hand from the table in the format's page; spaces between fields.</summary>
    private const string Hex =
        "41424531 01 02 0000 00060d5d9a3f4240 000000000000002a " +
        "0192d5f3a1b27c3d8e4f5a6b7c8d9e0f 0192d5f3a1b17c3d8e4f5a6b7c8d9e0e " +
        "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f " +
        "202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f " +
        "404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f " +
        "00000007 00000b07";

    private static byte[] Fixture => Convert.FromHexString(Hex.Replace(" ", "", StringComparison.Ordinal));

    private static Hash32 Counting(byte from) => new(Enumerable.Range(from, 32).Select(i => (byte)i).ToArray());

    private static EntryHeader Header => new(
        0x00060d5d9a3f4240, EntryClass.Outcome, 42,
        Guid.Parse("0192d5f3-a1b2-7c3d-8e4f-5a6b7c8d9e0f"), Guid.Parse("0192d5f3-a1b1-7c3d-8e4f-5a6b7c8d9e0e"),
        Counting(0), Counting(0x20), Counting(0x40), 7, 0xb07);

    [Fact]
    public void WriteTo_AllFields_GivesTheBytesOfThePage() => Assert.Equal(Fixture, Header.ToArray());

    [Fact]
    public void TryRead_BytesOfThePage_GivesAllFields()
    {
        Assert.True(EntryHeader.TryRead(Fixture, out var header, out var error), error);

        Assert.Equal(Header, header);
    }

    [Theory]
    [InlineData(0, 0x40, "ABE1")]
    [InlineData(4, 2, "version 2")]
    [InlineData(5, 0, "class 0")]
    [InlineData(5, 8, "class 8")]
    [InlineData(6, 1, "flags")]
    [InlineData(7, 1, "flags")]
    [InlineData(8, 0x80, "before 1970")]
    public void TryRead_WrongByte_SaysWhich(int at, byte value, string why)
    {
        var bytes = Fixture;
        bytes[at] = value;

        Assert.False(EntryHeader.TryRead(bytes, out _, out var error));

        Assert.Contains(why, error);
    }

    [Fact]
    public void TryRead_OtherLength_SaysSo()
    {
        Assert.False(EntryHeader.TryRead(new byte[159], out _, out var error));
        Assert.Contains("159", error);
    }

    [Fact]
    public void Genesis_OfATrail_IsSha256OfTheText()
    {
        var trail = TrailId.Derive("key"u8, "acme");
        Assert.Equal(HMACSHA256.HashData("key"u8, "acme"u8), trail.ToArray());

        byte[] text = [.. Encoding.UTF8.GetBytes("AccessBroker/trail/v1\naccessbroker.example/log\n"), .. trail.ToArray()];
        Assert.Equal(SHA256.HashData(text), TrailId.Genesis("accessbroker.example/log", trail).ToArray());
    }

    [Fact]
    public void Hash32_Order_IsThatOfTheBytes()
    {
        var random = new Random(7);
        for (var i = 0; i < 1000; i++)
        {
            byte[] a = new byte[32], b = new byte[32];
            random.NextBytes(a);
            random.NextBytes(b);
            random.NextBytes(b);
            a.AsSpan(0, i % 32).CopyTo(b);
            Assert.Equal(Math.Sign(a.AsSpan().SequenceCompareTo(b)), Math.Sign(new Hash32(a).CompareTo(new Hash32(b))));
            Assert.True(Hash32.TryParseBase64(Convert.ToBase64String(a), out var parsed));
            Assert.Equal(a, parsed.ToArray());
        }
    }

    [Theory]
    [InlineData("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh9=")] // stray bits in the last character
    [InlineData("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8")]
    [InlineData(" AECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")]
    [InlineData(null)]
    public void TryParseBase64_NotCanonical_IsRefused(string? text) => Assert.False(Hash32.TryParseBase64(text, out _));
}
