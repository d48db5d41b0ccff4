using System.Security.Cryptography;

namespace AccessBroker.TransparencyLog.Tests.Notes;

public sealed class VerifierKeyTests
{
    private const string Good = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";

    [Fact]
    public void Parse_TheSpecificationsKey_ReadsItsParts()
    {
        var key = VerifierKey.Parse(Good);
        Assert.Equal(("example.com/foo", 0x530d903au, NoteAlgorithm.Ed25519), (key.Name, key.KeyId, key.Algorithm));
        Assert.Equal(Good, key.ToString());
        Assert.Equal(key, VerifierKey.ForEd25519("example.com/foo", key.PublicKey.Span));
    }

    [Theory]
    [InlineData(null, "name+keyid+base64")]
    [InlineData("", "name+keyid+base64")]
    [InlineData("example.com/foo", "name+keyid+base64")]
    [InlineData("example.com/foo+530d903a", "name+keyid+base64")]
    [InlineData("+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", "name")]
    [InlineData("example.com foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", "name")]
    [InlineData("example.com\u2003foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", "name")]
    [InlineData("example.com/foo\n+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", "name")]
    [InlineData("example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", "8 lower-case hexadecimal digits")]
    [InlineData("example.com/foo+530d903+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", "8 lower-case hexadecimal digits")]
    [InlineData("example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", "but its key has 530d903a")]
    [InlineData("example.com/bar+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", "a part was mistyped")]
    [InlineData("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2", "canonical base64")]
    [InlineData("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k\n", "canonical base64")]
    [InlineData("example.com/foo+530d903a+ AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", "canonical base64")]
    [InlineData("example.com/foo+530d903a+AQ==", "canonical base64")]
    [InlineData("example.com/foo+530d903a+", "canonical base64")]
    [InlineData("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3Q==", "32 bytes, not 30")]
    [InlineData("example.com/foo+530d903a+BukyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", "0x06 is not supported")]
    [InlineData("example.com/foo+530d903a+AukyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", "no P-256 public key")]
    public void TryParse_BadKey_SaysWhy(string? text, string reason)
    {
        Assert.False(VerifierKey.TryParse(text, out var key, out var error));
        Assert.Null(key);
        Assert.Contains(reason, error, StringComparison.Ordinal);
    }

    [Fact]
    public void ForEcdsaP256_RoundTrips_AndItsIdHashesTheKeyAlone()
    {
        using var signer = new EcdsaSigner("example.com/hsm");
        var key = VerifierKey.Parse(signer.Key.ToString());
        Assert.Equal(signer.Key, key);
        Assert.Equal(key.KeyId, VerifierKey.ForEcdsaP256("another.example/name", key.PublicKey.Span).KeyId);
        Assert.True(key.Verify("text\n"u8, signer.Sign("text\n"u8)));
        Assert.False(key.Verify("Text\n"u8, signer.Sign("text\n"u8)));
    }

    [Fact]
    public void ForEcdsaP256_AnotherCurveOrTrailingBytes_Throws()
    {
        using var p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        Assert.Throws<ArgumentException>(() => VerifierKey.ForEcdsaP256("a", p384.ExportSubjectPublicKeyInfo()));
        using var p256 = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Assert.Throws<ArgumentException>(() => VerifierKey.ForEcdsaP256("a", [.. p256.ExportSubjectPublicKeyInfo(), 0]));
    }

    [Theory]
    [InlineData(9)] // a curve that no library knows: it answers with another exception than for nonsense (found by fuzzing)
    [InlineData(15)]
    [InlineData(26)]
    [InlineData(40)] // a point that is on no curve
    public void TryParse_EcdsaKeyWithAChangedByte_IsRefusedInASentence(int at)
    {
        using var p256 = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var spki = p256.ExportSubjectPublicKeyInfo();
        spki[at] ^= 1;
        var id = Convert.ToHexStringLower(SHA256.HashData(spki).AsSpan(0, 4));

        Assert.False(VerifierKey.TryParse($"a+{id}+{Convert.ToBase64String([0x02, .. spki])}", out _, out var error));
        Assert.Contains("no P-256 public key", error, StringComparison.Ordinal);
    }

    [Fact]
    public void VerifyEcdsa_SignatureThatIsNoDer_IsFalse()
    {
        using var signer = new EcdsaSigner("example.com/hsm");
        var signature = signer.Sign("text\n"u8);
        foreach (byte[] bad in new byte[][] { [], [0], new byte[64], [.. signature, 0], signature[..^1], [0x31, .. signature[1..]] })
            Assert.False(signer.Key.Verify("text\n"u8, bad));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a+b")]
    [InlineData("a\u00a0b")]
    [InlineData("a\u0001b")]
    public void ForEd25519_NameThatCannotStandInANote_Throws(string name) =>
        Assert.Throws<ArgumentException>(() => VerifierKey.ForEd25519(name, new byte[32]));

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(33)]
    public void ForEd25519_KeyOfWrongLength_Throws(int length) =>
        Assert.Throws<ArgumentException>(() => VerifierKey.ForEd25519("a", new byte[length]));
}
