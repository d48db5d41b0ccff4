using System.Text;

namespace AccessBroker.TransparencyLog.Tests.Notes;

public sealed class SignedNoteTests
{
    private const string Line = "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=";

    private const string Note = $"This is an example message.\n\n{Line}\n";

    private static readonly VerifierKey Key = VerifierKey.Parse("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k");

    [Fact]
    public void Verify_TheSpecificationsNote_IsValid()
    {
        var note = SignedNote.Parse(Note);
        Assert.Equal("This is an example message.\n", note.Text);
        Assert.Equal(Note, note.ToString());
        Assert.Equal([Key], note.Verify([Key]).Verified);
    }

    [Fact]
    public void Parse_TextWithEmptyLines_SplitsAtTheLast()
    {
        var note = SignedNote.Parse($"a\n\n— b AAAAAAA=\n\n\n{Line}\n");
        Assert.Equal("a\n\n— b AAAAAAA=\n\n", note.Text);
        Assert.Single(note.Signatures);
    }

    [Theory]
    [InlineData("", "does not end with a newline")]
    [InlineData("\n", "no signature")]
    [InlineData("text\n", "no signature")]
    [InlineData("text\n\n", "no signature")]
    [InlineData("text\n" + Line + "\n", "no signature")]
    [InlineData("text\n\n" + Line, "cut off")]
    [InlineData("text\n\n" + Line + "\n\n", "no signature")]
    [InlineData("text\n\n" + Line + "\n" + "more\n", "Signature line 2")]
    [InlineData("text\n\n\u2013 a AAAAAAA=\n", "Signature line 1")]
    [InlineData("text\n\n- a AAAAAAA=\n", "Signature line 1")]
    [InlineData("text\n\n—  AAAAAAA=\n", "Signature line 1")]
    [InlineData("text\n\n— a  AAAAAAA=\n", "Signature line 1")]
    [InlineData("text\n\n— a b AAAAAAA=\n", "Signature line 1")]
    [InlineData("text\n\n— a+b AAAAAAA=\n", "Signature line 1")]
    [InlineData("text\n\n— a\u2003b AAAAAAA=\n", "Signature line 1")]
    [InlineData("text\n\n— a AAAAAAA= \n", "Signature line 1")]
    [InlineData("text\n\n— a AAAAAAA\n", "Signature line 1")]
    [InlineData("text\n\n— a AAAAAAB=\n", "Signature line 1")]
    [InlineData("text\n\n— a AAAAAA==\n", "Signature line 1")]
    [InlineData("text\n\n— a AAA-AAA=\n", "Signature line 1")]
    [InlineData("text\n\n— a\n", "Signature line 1")]
    [InlineData("text\r\n\n— a AAAAAAA=\n", "control character")]
    [InlineData("te\txt\n\n— a AAAAAAA=\n", "control character")]
    [InlineData("te\0xt\n\n— a AAAAAAA=\n", "control character")]
    public void TryParse_BadNote_SaysWhy(string text, string reason)
    {
        Assert.False(SignedNote.TryParse(text, out var note, out var error));
        Assert.Null(note);
        Assert.Contains(reason, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData('\ud800')]
    [InlineData('\udc00')]
    public void ParseOrSign_HalfOfASurrogatePair_IsRefused(char half)
    {
        // No UTF-8 can hold it, so it can come only from this program;
        using var signer = new Ed25519Signer("log.example");
        foreach (var text in new[] { $"a{half}\n", $"{half}a\n" })
        {
            Assert.False(SignedNote.TryParse($"{text}\n{Line}\n", out _, out var error));
            Assert.Contains("surrogate", error, StringComparison.Ordinal);
            Assert.Throws<ArgumentException>(() => SignedNote.Sign(text, [signer]));
        }
        Assert.Throws<ArgumentException>(() => VerifierKey.ForEd25519($"a{half}", new byte[32]));
        Assert.Throws<ArgumentException>(() => new Checkpoint($"a{half}", 1, new byte[32]));
    }

    [Fact]
    public void TryParse_BadUtf8_SaysWhy()
    {
        byte[] bytes = [0xff, .. Encoding.UTF8.GetBytes(Note)];
        Assert.False(SignedNote.TryParse(bytes, out _, out var error));
        Assert.Equal("The note is not valid UTF-8.", error);
    }

    [Fact]
    public void TryParse_TooLargeOrTooManySignatures_SaysWhy()
    {
        Assert.False(SignedNote.TryParse(new byte[SignedNote.MaxSize + 1], out _, out var error));
        Assert.Contains("larger than", error, StringComparison.Ordinal);
        Assert.True(SignedNote.TryParse($"t\n\n{Repeat(SignedNote.MaxSignatures)}", out _, out _));
        Assert.False(SignedNote.TryParse($"t\n\n{Repeat(SignedNote.MaxSignatures + 1)}", out _, out error));
        Assert.Contains("101 signatures", error, StringComparison.Ordinal);

        static string Repeat(int count) => string.Concat(Enumerable.Repeat(Line + "\n", count));
    }

    [Fact]
    public void Verify_TextChanged_NamesTheKey()
    {
        var result = SignedNote.Parse(Note.Replace("example message", "Example message", StringComparison.Ordinal)).Verify([Key]);
        Assert.False(result.IsValid);
        Assert.Empty(result.Verified);
        Assert.Contains("example.com/foo (key 530d903a) does not fit the text", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Verify_NoKnownKey_FailsAndSaysWhoSigned()
    {
        using var other = new Ed25519Signer("example.com/foo");
        foreach (var known in new VerifierKey[][] { [], [other.Key], [VerifierKey.ForEd25519("example.com/bar", Key.PublicKey.Span)] })
        {
            var result = SignedNote.Parse(Note).Verify(known);
            Assert.False(result.IsValid);
            Assert.Contains("signed by example.com/foo+530d903a", result.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Verify_UnknownSignatureBesideAKnownOne_IsIgnored()
    {
        using var known = new Ed25519Signer("log.example");
        using var unknown = new Ed25519Signer("log.example");
        var note = SignedNote.Parse(SignedNote.Sign("t\n", [unknown, known]).ToString());
        Assert.Equal([known.Key], note.Verify([known.Key]).Verified);
        Assert.Equal([unknown.Key, known.Key], note.Verify([known.Key, unknown.Key, known.Key]).Verified);
    }

    [Fact]
    public void Verify_OneGoodAndOneBadKnownSignature_Fails()
    {
        using var good = new Ed25519Signer("good.example");
        using var bad = new Ed25519Signer("bad.example");
        var note = SignedNote.Sign("t\n", [good]).With([new NoteSignature("bad.example", bad.Key.KeyId, bad.Sign("other\n"u8))]);
        Assert.True(note.Verify([good.Key]).IsValid);
        Assert.Contains("bad.example", note.Verify([good.Key, bad.Key]).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Verify_SecondSignatureOfAKnownKeyIsBad_Fails()
    {
        using var signer = new Ed25519Signer("log.example");
        var note = SignedNote.Sign("t\n", [signer]);
        Assert.Equal([signer.Key], note.With(note.Signatures).Verify([signer.Key]).Verified);
        Assert.False(note.With([note.Signatures[0] with { Signature = new byte[64] }]).Verify([signer.Key]).IsValid);
    }

    [Fact]
    public void SignAndVerify_EveryAlgorithm_RoundTrips()
    {
        using var ed25519 = new Ed25519Signer("log.example");
        using var ecdsa = new EcdsaSigner("log.example");
        using var witness = new Cosigner("witness.example");
        var note = SignedNote.Parse(SignedNote.Sign("Prüfung ✓ 𝄞\n\nlast\n", [ed25519, ecdsa, witness]).ToString());
        Assert.Equal([ed25519.Key, ecdsa.Key, witness.Key], note.Verify([witness.Key, ecdsa.Key, ed25519.Key]).Verified);
    }

    [Theory]
    [InlineData("")]
    [InlineData("no newline")]
    [InlineData("tab\t\n")]
    public void Sign_TextThatCannotBeANote_Throws(string text)
    {
        using var signer = new Ed25519Signer("log.example");
        Assert.Throws<ArgumentException>(() => SignedNote.Sign(text, [signer]));
    }

    [Fact]
    public void Sign_Nobody_Throws() => Assert.Throws<ArgumentException>(() => SignedNote.Sign("t\n", []));
}
