using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using AccessBroker.Access;
using AccessBroker.Contracts;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AccessBroker.Grants.Tests;

public sealed class ConsentTokensTests
{
    private const string Host = "http://acme--helpdesk.localhost:8480";

    [Fact]
    public async Task Mint_Token_IsAcceptedByAnotherImplementationWithOurJwks()
    {
        await using var world = await BrokerWorld.StartAsync();
        var (grant, started) = await StartAsync(world);

        var result = await new JsonWebTokenHandler().ValidateTokenAsync(started.Token, new TokenValidationParameters
        {
            ValidIssuer = "http://localhost:8480", ValidAudience = Host, ValidTypes = ["at+jwt"], ValidAlgorithms = ["ES256"],
            IssuerSigningKeys = new JsonWebKeySet(world.Get<ConsentTokens>().JwksJson()).GetSigningKeys(),
            LifetimeValidator = (_, expires, _, _) => expires == started.ExpiresAt.UtcDateTime,
        });

        Assert.True(result.IsValid, result.Exception?.Message);
        var token = (JsonWebToken)result.SecurityToken;
        Assert.Equal(grant.Holder.Id.ToString(), token.Subject);
        Assert.Equal(grant.ScopeHash, token.GetClaim("scope_hash").Value);
        var details = JsonNode.Parse(Payload(started.Token))!["authorization_details"]![0]!;
        Assert.Equal("""{"type":"accessbroker:http","target":"helpdesk","tenant":"acme","operations":["tickets.read","tickets.stream"]}""", details.ToJsonString());
    }

    [Fact]
    public async Task Validate_WrongHostOrTime_SaysWhich()
    {
        await using var world = await BrokerWorld.StartAsync();
        var (_, started) = await StartAsync(world);
        var tokens = world.Get<ConsentTokens>();

        for (var i = 0; i < 2; i++) // uncached and cached
        {
            Assert.Equal(DenyReason.TokenForOtherTarget, tokens.Validate(new BearerToken(started.Token), "http://acme--crm.localhost:8480", world.Time.GetUtcNow()).Reason);
            Assert.Equal(DenyReason.None, tokens.Validate(new BearerToken(started.Token), Host, started.ExpiresAt.AddTicks(-1)).Reason);
            Assert.Equal(DenyReason.TokenExpired, tokens.Validate(new BearerToken(started.Token), Host, started.ExpiresAt).Reason);
        }
        Assert.Equal(DenyReason.NoToken, tokens.Validate(new BearerToken(""), Host, world.Time.GetUtcNow()).Reason);
        Assert.Equal(DenyReason.TokenInvalid, tokens.Validate(new BearerToken(new string('a', 100_000)), Host, world.Time.GetUtcNow()).Reason);
    }

    [Fact]
    public async Task Validate_AnyCharacterEdited_Refuses()
    {
        await using var world = await BrokerWorld.StartAsync();
        var (_, started) = await StartAsync(world);
        var tokens = world.Get<ConsentTokens>();
        for (var i = 0; i < started.Token.Length; i++)
        {
            foreach (var to in "AB._=\u00e9")
            {
                var edited = started.Token.ToCharArray();
                if (edited[i] == to)
                    continue;
                edited[i] = to;
                Assert.Equal(DenyReason.TokenInvalid, tokens.Validate(new BearerToken(new string(edited)), Host, world.Time.GetUtcNow()).Reason);
            }
        }
        foreach (var more in new[] { started.Token + "A", "A" + started.Token, started.Token + ".", started.Token + "=", " " + started.Token })
            Assert.Equal(DenyReason.TokenInvalid, tokens.Validate(new BearerToken(more), Host, world.Time.GetUtcNow()).Reason);
    }

    [Theory]
    [InlineData("""{"alg":"none","typ":"at+jwt","kid":"KID"}"""), InlineData("""{"alg":"HS256","typ":"at+jwt","kid":"KID"}""")]
    [InlineData("""{"alg":"ES256","typ":"JWT","kid":"KID"}"""), InlineData("""{"alg":"ES256","kid":"KID"}""")]
    [InlineData("""{"alg":"ES256","typ":"at+jwt"}"""), InlineData("""{"alg":"ES256","typ":"at+jwt","kid":"other"}""")]
    [InlineData("""{"alg":"ES256","typ":"at+jwt","kid":"KID","crit":["b64"]}"""), InlineData("""{"alg":"ES256","alg":"ES256","typ":"at+jwt","kid":"KID"}""")]
    [InlineData("""["ES256"]"""), InlineData("{"), InlineData("""{"alg":"ES256","typ":"at+jwt","kid":"KID"} {}""")]
    public async Task Validate_OtherHeader_RefusesThoughTheSignatureIsGood(string header)
    {
        await using var world = await BrokerWorld.StartAsync();
        var (_, started) = await StartAsync(world);
        var key = world.Get<ConsentKeys>().Newest;

        var token = Sign(key.Signer, header.Replace("KID", key.Id, StringComparison.Ordinal), Payload(started.Token));

        Assert.Equal(DenyReason.TokenInvalid, world.Get<ConsentTokens>().Validate(new BearerToken(token), Host, world.Time.GetUtcNow()).Reason);
    }

    [Theory]
    [InlineData("iss", "\"https://evil.example\""), InlineData("aud", "[\"http://acme--helpdesk.localhost:8480\",\"http://x\"]"), InlineData("aud", "null")]
    [InlineData("sub", "\"dana\""), InlineData("session", "1"), InlineData("exp", "\"tomorrow\""), InlineData("exp", "1e99"), InlineData("jti", "null")]
    [InlineData("authorization_details", "[]"), InlineData("client_id", "\"\"")]
    public async Task Validate_OtherPayload_RefusesThoughTheSignatureIsGood(string claim, string value)
    {
        await using var world = await BrokerWorld.StartAsync();
        var (_, started) = await StartAsync(world);
        var key = world.Get<ConsentKeys>().Newest;
        var payload = JsonNode.Parse(Payload(started.Token))!;
        payload[claim] = JsonNode.Parse(value);

        var token = CompactJwt.Sign(key.Id, key.Signer, Encoding.UTF8.GetBytes(payload.ToJsonString()));

        Assert.Equal(DenyReason.TokenInvalid, world.Get<ConsentTokens>().Validate(new BearerToken(token), Host, world.Time.GetUtcNow()).Reason);
    }

    [Fact]
    public async Task Validate_AudienceAsListOfOne_Accepts()
    {
        await using var world = await BrokerWorld.StartAsync();
        var (_, started) = await StartAsync(world);
        var key = world.Get<ConsentKeys>().Newest;
        var payload = JsonNode.Parse(Payload(started.Token))!;
        payload["aud"] = new JsonArray(Host);
        var token = CompactJwt.Sign(key.Id, key.Signer, Encoding.UTF8.GetBytes(payload.ToJsonString()));
        Assert.True(world.Get<ConsentTokens>().Validate(new BearerToken(token), Host, world.Time.GetUtcNow()).Valid);
    }

    [Fact]
    public async Task Keys_AfterRestart_AreTheSame()
    {
        var world = await BrokerWorld.StartAsync();
        var (_, started) = await StartAsync(world);
        var jwks = world.Get<ConsentTokens>().JwksJson();

        await using var restarted = await BrokerWorld.StartAsync(await world.StopAsync());

        Assert.Equal(jwks, restarted.Get<ConsentTokens>().JwksJson());
        Assert.DoesNotContain("\"d\"", jwks, StringComparison.Ordinal);
        Assert.True(restarted.Get<ConsentTokens>().Validate(new BearerToken(started.Token), Host, restarted.Time.GetUtcNow()).Valid);
    }

    [Fact]
    public void VerifiedTokens_ManyMoreThanFit_StayBounded()
    {
        var cache = new VerifiedTokens(generation: 100);
        var claims = new VerifiedToken("", new ConsentClaims(default, default, default, "", "", "", "", default));
        for (var i = 0; i < 1000; i++)
            cache.Add(VerifiedTokens.HashOf($"token {i}"), claims);
        Assert.InRange(Enumerable.Range(0, 1000).Count(i => cache.Find(VerifiedTokens.HashOf($"token {i}")) is not null), 1, 200);
        Assert.NotNull(cache.Find(VerifiedTokens.HashOf("token 999")));
    }

    private static async Task<(GrantView Grant, SessionToken Started)> StartAsync(BrokerWorld world)
    {
        var grant = await world.GrantedAsync();
        return (grant, await world.StartedAsync(grant));
    }

    private static string Payload(string token) => Encoding.UTF8.GetString(Base64Url.DecodeFromChars(token.Split('.')[1]));

    private static string Sign(ECDsa key, string header, string payload)
    {
        var signed = $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header))}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(payload))}";
        return $"{signed}.{Base64Url.EncodeToString(key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256))}";
    }
}
