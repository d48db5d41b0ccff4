using System.Text;
using AccessBroker.TransparencyLog.Tests.Notes;

namespace AccessBroker.TransparencyLog.Tests.Witnesses;

public sealed class WitnessPolicyTests : IDisposable
{
    private readonly Ed25519Signer _log = new("log.example");
    private readonly Cosigner _x1 = new("x1.example"), _x2 = new("x2.example"), _x3 = new("x3.example"), _y = new("y.example");
    private readonly string _text = new Checkpoint("log.example", 7, new byte[32]).ToText();

    /// <summary>The specification's example: two of X1–X3, and any Y.</summary>
    private string Example => $"""
        # known log
        log {_log.Key} https://log.example/

        witness X1 {_x1.Key}
          witness{'\t'}X2 {_x2.Key} https://x2.example/
        witness X3 {_x3.Key}
        group X-witnesses 2 X1 X2 X3
        witness Y1 {_y.Key}
        group Y-witnesses any Y1
        group X-and-Y all X-witnesses Y-witnesses
        quorum X-and-Y

        """;

    [Fact]
    public void Parse_TheSpecificationsExample_ReadsLogsAndWitnesses()
    {
        var policy = WitnessPolicy.Parse(Example);
        Assert.Equal([_log.Key], policy.Logs);
        Assert.Equal(["X1", "X2", "X3", "Y1"], policy.Witnesses.Select(witness => witness.Name));
        Assert.Equal("https://x2.example/", policy.Witnesses[1].Url);
        Assert.True(policy.NeedsWitnesses);
    }

    [Fact]
    public void Evaluate_EverySetOfWitnesses_FollowsTheQuorum()
    {
        var policy = WitnessPolicy.Parse(Example);
        Cosigner[] all = [_x1, _x2, _x3, _y];
        for (var set = 0; set < 16; set++)
        {
            var chosen = all.Where((_, i) => (set >> i & 1) != 0).ToArray();
            var verdict = policy.Evaluate(SignedNote.Sign(_text, [_log, .. chosen]));
            Assert.Equal(chosen.Contains(_y) && chosen.Length >= 3, verdict.IsSatisfied);
            Assert.Equal(chosen.Length, verdict.Cosignatures.Count);
            Assert.All(verdict.Cosignatures, c => Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1_679_315_147), c.Time));
        }
    }

    [Fact]
    public void Evaluate_QuorumMissed_SaysWhatIsMissing()
    {
        var verdict = WitnessPolicy.Parse(Example).Evaluate(SignedNote.Sign(_text, [_log, _x1]));
        Assert.Contains("2 of (2 of (X1, X2, X3), 1 of (Y1)), and X1 cosigned", verdict.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Evaluate_LogUnknownOrOfAnotherOrigin_Fails()
    {
        using var other = new Ed25519Signer("log.example");
        var policy = WitnessPolicy.Parse($"log {_log.Key}\nquorum none\n");
        Assert.True(policy.Evaluate(SignedNote.Sign(_text, [_log])).IsSatisfied);
        Assert.False(policy.Evaluate(SignedNote.Sign(_text, [other])).IsSatisfied);
        // Signed by the right key, but the text speaks of another log.
        var foreign = new Checkpoint("another.example", 7, new byte[32]).ToText();
        Assert.Contains("another.example", policy.Evaluate(SignedNote.Sign(foreign, [_log])).Error, StringComparison.Ordinal);
        Assert.False(policy.Evaluate(SignedNote.Sign("no checkpoint\n", [_log])).IsSatisfied);
    }

    [Fact]
    public void Evaluate_CosignatureOfAnotherTextOrTime_Fails()
    {
        var policy = WitnessPolicy.Parse($"witness W {_y.Key}\nquorum W\n");
        var other = Encoding.UTF8.GetBytes(new Checkpoint("log.example", 8, new byte[32]).ToText());
        var (good, note) = (_y.Sign(Encoding.UTF8.GetBytes(_text)), SignedNote.Sign(_text, [_log]));
        Assert.True(policy.Evaluate(note.With([Signature(good)])).IsSatisfied);
        Assert.Contains("Witness W", policy.Evaluate(note.With([Signature(_y.Sign(other))])).Error, StringComparison.Ordinal);
        Assert.False(policy.Evaluate(note.With([Signature([.. good[..7], (byte)(good[7] + 1), .. good[8..]])])).IsSatisfied);
        Assert.False(policy.Evaluate(note.With([Signature(good[..^1])])).IsSatisfied);
        Assert.False(policy.Evaluate(note.With([Signature(_y.SignAt(ulong.MaxValue, Encoding.UTF8.GetBytes(_text)))])).IsSatisfied);
        Assert.False(policy.Evaluate(note).IsSatisfied);

        NoteSignature Signature(byte[] bytes) => new("y.example", _y.Key.KeyId, bytes);
    }

    [Fact]
    public void CosignatureMessage_TheSpecificationsExample_IsItsBytes()
    {
        const string text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
        Assert.Equal(
            "cosignature/v1\ntime 1679315147\n" + text,
            Encoding.UTF8.GetString(Cosignature.Message(1_679_315_147, Encoding.UTF8.GetBytes(text))));
    }

    [Fact]
    public void Evaluate_SameTextCosignedTwice_TakesTheEarlierTime()
    {
        var text = Encoding.UTF8.GetBytes(_text);
        var note = SignedNote.Sign(_text, [_log]).With(new ulong[] { 2000, 1000, 3000 }.Select(
            time => new NoteSignature("y.example", _y.Key.KeyId, _y.SignAt(time, text))));
        var cosignature = Assert.Single(WitnessPolicy.Parse($"witness W {_y.Key}\nquorum W\n").Evaluate(note).Cosignatures);
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1000), cosignature.Time);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n  \n# nothing yet\n")]
    [InlineData("quorum none\n")]
    [InlineData("quorum none")]
    public void Parse_PolicyThatAsksForNothing_IsSatisfiedUnwitnessed(string text)
    {
        var policy = WitnessPolicy.Parse(text);
        Assert.False(policy.NeedsWitnesses);
        var verdict = policy.Evaluate(SignedNote.Sign(_text, [_log, _y]));
        Assert.True(verdict.IsSatisfied);
        Assert.Empty(verdict.Cosignatures);
    }

    // {L} is a log's key, {L2} the same key under another name, {W}, {V} witnesses' keys, {W2} W's under another name.
    [Theory]
    [InlineData("log {L}\n", "no quorum line")]
    [InlineData("quorum none\nquorum none\n", "Line 2 of the policy is a second quorum line")]
    [InlineData("quorum A\nwitness A {W}\n", "Line 1 of the policy makes A the quorum")]
    [InlineData("quorum\n", "wrong number of words for 'quorum'")]
    [InlineData("quorum a b\n", "wrong number of words for 'quorum'")]
    [InlineData("log\n", "wrong number of words for 'log'")]
    [InlineData("log {L} a b\n", "wrong number of words for 'log'")]
    [InlineData("witness A\n", "wrong number of words for 'witness'")]
    [InlineData("group G any\n", "wrong number of words for 'group'")]
    [InlineData("Quorum none\n", "begins with 'Quorum'")]
    [InlineData("quorum none\r\n", "control character")]
    [InlineData("quorum none # why\n", "wrong number of words")]
    [InlineData("log nonsense\n", "no usable key")]
    [InlineData("log {W}\n", "a witness' key")]
    [InlineData("log {L}\nlog {L}\n", "Line 2 of the policy names a log key that an earlier line")]
    [InlineData("log {L}\nlog {L2}\n", "Line 2 of the policy names a log key that an earlier line")]
    [InlineData("witness A {L}\n", "must be 0x04")]
    [InlineData("witness A {W}\nwitness B {W2}\n", "a key that an earlier witness has")]
    [InlineData("witness A {W}\nwitness A {V}\n", "Line 2 of the policy defines A, which is defined already")]
    [InlineData("witness none {W}\n", "defines none")]
    [InlineData("witness A {W}\ngroup A any A\n", "defines A")]
    [InlineData("group G any A\nwitness A {W}\n", "no earlier line defines it")]
    [InlineData("group G any none\n", "no earlier line defines it")]
    [InlineData("witness A {W}\ngroup G 0 A\n", "threshold '0'")]
    [InlineData("witness A {W}\ngroup G 2 A\n", "threshold '2'")]
    [InlineData("witness A {W}\ngroup G -1 A\n", "threshold '-1'")]
    [InlineData("witness A {W}\ngroup G most A\n", "threshold 'most'")]
    [InlineData("witness A {W}\ngroup G 2 A A\n", "a second time")]
    [InlineData("witness A {W}\ngroup G any A\ngroup H any A\n", "Line 3 of the policy puts A into a group a second time")]
    public void TryParse_BadPolicy_NamesTheLineAndWhy(string text, string reason)
    {
        text = text.Replace("{L}", _log.Key.ToString(), StringComparison.Ordinal)
            .Replace("{L2}", VerifierKey.ForEd25519("other.example", _log.Key.PublicKey.Span).ToString(), StringComparison.Ordinal)
            .Replace("{W}", _x1.Key.ToString(), StringComparison.Ordinal)
            .Replace("{W2}", VerifierKey.ForCosigner("other.example", _x1.Key.PublicKey.Span).ToString(), StringComparison.Ordinal)
            .Replace("{V}", _x2.Key.ToString(), StringComparison.Ordinal);
        Assert.False(WitnessPolicy.TryParse(text, out var policy, out var error));
        Assert.Null(policy);
        Assert.Contains(reason, error, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _log.Dispose();
        _x1.Dispose();
        _x2.Dispose();
        _x3.Dispose();
        _y.Dispose();
    }
}
