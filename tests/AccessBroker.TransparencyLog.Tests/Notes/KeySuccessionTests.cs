namespace AccessBroker.TransparencyLog.Tests.Notes;

/// <summary>A key that vouches for the next one.</summary>
public sealed class KeySuccessionTests : IDisposable
{
    private const string Log = "example.com/log";
    private static readonly DateTimeOffset Until = new(2026, 12, 28, 8, 0, 0, TimeSpan.Zero);
    private readonly Ed25519Signer _old = new(Log), _next = new(Log), _stranger = new(Log);

    [Fact]
    public void TryVerify_WhatBothKeysSigned_NamesTheNewKey()
    {
        var statement = KeySuccession.Sign(_old, _next, Until).Statement;

        Assert.True(KeySuccession.TryVerify(statement, _old.Key, out var succession, out var error), error);
        Assert.Equal((_next.Key, Until), (succession.New, succession.Until));
        Assert.Equal($"accessbroker key succession v1\n{_old.Key}\n{_next.Key}\nuntil 2026-12-28T08:00:00Z\n", SignedNote.Parse(statement).Text);
    }

    [Fact]
    public void Sign_AlsoByAKeyServiceWithoutEd25519_Verifies()
    {
        using var service = new EcdsaSigner(Log);

        Assert.True(KeySuccession.TryVerify(KeySuccession.Sign(_old, service, Until).Statement, _old.Key, out _, out _));
        Assert.True(KeySuccession.TryVerify(KeySuccession.Sign(service, _old, Until).Statement, service.Key, out _, out _));
    }

    [Fact]
    public void TryVerify_AnythingElse_SaysWhyNot()
    {
        var statement = KeySuccession.Sign(_old, _next, Until).Statement;
        var text = SignedNote.Parse(statement).Text;

        Refused(statement, _stranger.Key, "another key than");
        Refused(statement.Replace("2026", "2036", StringComparison.Ordinal), _old.Key, "does not fit the text");
        Refused(SignedNote.Sign(text, [_next]).ToString(), _old.Key, "No known key signed"); // the old one does not vouch
        Refused(SignedNote.Sign(text, [_old]).ToString(), _old.Key, "The new key did not sign it");
        Refused(SignedNote.Sign(text, [_stranger, _next]).ToString(), _old.Key, "No known key signed");
        Refused(SignedNote.Sign(text.Replace($"{_next.Key}", $"{_old.Key}", StringComparison.Ordinal), [_old]).ToString(), _old.Key, "names no other key");
        Refused(SignedNote.Sign(new Checkpoint(Log, 7, new byte[32]).ToText(), [_old]).ToString(), _old.Key, "no statement about a log's keys");
        Refused("nonsense", _old.Key, "newline");
    }

    /// <summary>Both are notes that the log's key signs: neither may be taken for the other.</summary>
    [Fact]
    public void Statement_ReadAsACheckpoint_IsNotTheLogs()
    {
        var note = SignedNote.Parse(KeySuccession.Sign(_old, _next, Until).Statement);

        Assert.False(Checkpoint.TryParse(note.Text, out var read, out _) && read.Origin == Log);
    }

    [Fact]
    public void Sign_OfAnotherLogOrTheSameKey_IsRefused()
    {
        using var other = new Ed25519Signer("example.com/other");

        Assert.Throws<ArgumentException>(() => KeySuccession.Sign(_old, other, Until));
        Assert.Throws<ArgumentException>(() => KeySuccession.Sign(_old, _old, Until));
    }

    public void Dispose()
    {
        _old.Dispose();
        _next.Dispose();
        _stranger.Dispose();
    }

    private static void Refused(string statement, VerifierKey trusted, string words)
    {
        Assert.False(KeySuccession.TryVerify(statement, trusted, out _, out var error));
        Assert.Contains(words, error, StringComparison.Ordinal);
    }
}
