using Story.Calls;

namespace AccessBroker.Demo.Tests;

/// <summary>The story ends by looking for secrets in the logs, so it must know one wherever it passed and however it is written.</summary>
public sealed class SecretsTests
{
    private const string Token = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJkYW5hIn0.c2lnbmF0dXJlLW9mLWRhbmE";
    private const string Cookie = "CfDJ8Nd0aVbk2w/x+Q==";

    private readonly Secrets secrets = new();

    public SecretsTests()
    {
        secrets.AddFrom($$"""{"token":"{{Token}}","url":"http://acme--helpdesk.localhost:8480/.accessbroker/enter?code=q9f2Kx_71ab-Zr44w0"}""");
        secrets.AddCookie($"__Host-accessbroker={Cookie}; path=/; secure");
        secrets.AddCookie("__Host-accessbroker-choice=; expires=Thu, 01 Jan 1970 00:00:00 GMT");
        secrets.Add("credential", "helpdesk-credential-of-the-demo");
    }

    [Theory]
    [InlineData("Authorization: Bearer " + Token, "token")]
    [InlineData("token …c2lnbmF0dXJlLW9mLWRhbmE was refused", "token")]
    [InlineData("GET /.accessbroker/enter?code=q9f2Kx_71ab-Zr44w0 303", "code")]
    [InlineData("Cookie: __Host-accessbroker=" + Cookie, "cookie")]
    [InlineData("?cookie=CfDJ8Nd0aVbk2w%2Fx%2BQ%3D%3D", "cookie")]
    [InlineData("upstream said: helpdesk-credential-of-the-demo", "credential")]
    [InlineData("eyJhbGciOiJFUzI1NiJ9 is what every token begins with", null)]
    [InlineData("GET /orgs/acme/tickets 200", null)]
    public void FindIn_ALine_NamesTheKindOfWhatItHolds(string line, string? kind) => Assert.Equal(kind, secrets.FindIn(line));

    [Fact]
    public void Add_WhatMayStandThereByChance_IsNoSecret()
    {
        secrets.AddCookie("short=1");
        secrets.Add("token", null);

        Assert.Equal(4, secrets.Count);
    }
}
