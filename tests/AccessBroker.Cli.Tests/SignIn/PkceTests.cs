namespace AccessBroker.Cli.Tests;

public sealed class PkceTests
{
    [Fact]
    public void ChallengeOf_Rfc7636AppendixB_Matches() =>
        Assert.Equal("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", Pkce.ChallengeOf("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"));

    [Fact]
    public void NewVerifier_HasSection41sLength() => Assert.Equal(43, Pkce.NewVerifier().Length);
}
