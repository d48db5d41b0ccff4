namespace AccessBroker.Grants;

/// <summary>A token as it was presented, with its hash once that was asked for: connections present the same one again and again.</summary>
public sealed class BearerToken(string text)
{
    private VerifiedTokens.TokenHash? _hash;

    public string Text => text;

    internal VerifiedTokens.TokenHash Hash => _hash ??= VerifiedTokens.HashOf(text);
}
