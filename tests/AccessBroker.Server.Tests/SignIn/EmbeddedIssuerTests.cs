using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Web;
using AccessBroker.Testing;

namespace AccessBroker.Server.Tests.SignIn;

public sealed class EmbeddedIssuerTests(DemoServer demo)
{
    private readonly AccessBrokerFactory _broker = demo.Broker;

    [Fact]
    public async Task Discovery_Always_OffersCodeWithS256AndNothingElse()
    {
        using var http = _broker.Anonymous();
        var document = await http.GetFromJsonAsync<JsonElement>("/.well-known/openid-configuration");

        Assert.Equal(_broker.Address.AbsoluteUri, document.GetProperty("issuer").GetString());
        Assert.Equal(["code"], Strings(document, "response_types_supported"));
        Assert.Equal(["query"], Strings(document, "response_modes_supported"));
        Assert.Equal(["S256"], Strings(document, "code_challenge_methods_supported"));
        Assert.Equal(["authorization_code", "refresh_token"], Strings(document, "grant_types_supported"));
        Assert.True(document.TryGetProperty("pushed_authorization_request_endpoint", out _));
    }

    [Fact]
    public async Task Token_AfterPersonaChosen_IsAnAccessTokenForTheApi()
    {
        var signIn = new PersonaSignIn(_broker.Address);
        var (code, verifier) = await signIn.CodeAsync("eve");
        using var answer = await signIn.RedeemAsync(code, verifier);
        var token = answer.RootElement.GetProperty("access_token").GetString()!;
        var (header, claims) = Read(token);

        Assert.Equal("at+jwt", header.GetProperty("typ").GetString());
        Assert.Equal("ES256", header.GetProperty("alg").GetString());
        Assert.Equal("eve", claims.GetProperty("sub").GetString());
        Assert.Equal("demo", claims.GetProperty("amr").GetString());
        Assert.Equal("accessbroker-api", claims.GetProperty("aud").GetString());
        Assert.InRange(claims.GetProperty("exp").GetInt64() - claims.GetProperty("iat").GetInt64(), 600, 900);
        Assert.Equal(HttpStatusCode.OK, await MeAsync(token));
    }

    [Fact]
    public async Task Code_RedeemedTwice_IsRefusedAndEndsTheFirstToken()
    {
        var signIn = new PersonaSignIn(_broker.Address);
        var (code, verifier) = await signIn.CodeAsync("dana");
        using var first = await signIn.RedeemAsync(code, verifier);
        var token = first.RootElement.GetProperty("access_token").GetString()!;
        Assert.Equal(HttpStatusCode.OK, await MeAsync(token));

        using var second = await signIn.RedeemAsync(code, verifier, HttpStatusCode.BadRequest);

        Assert.Equal("invalid_grant", second.RootElement.GetProperty("error").GetString());
        Assert.Equal(HttpStatusCode.Unauthorized, await MeAsync(token));
    }

    [Fact]
    public async Task Code_WithAnotherVerifier_IsRefused()
    {
        var signIn = new PersonaSignIn(_broker.Address);
        var (code, _) = await signIn.CodeAsync("dana");

        using var answer = await signIn.RedeemAsync(code, PersonaSignIn.Pkce().Verifier, HttpStatusCode.BadRequest);

        Assert.Equal("invalid_grant", answer.RootElement.GetProperty("error").GetString());
    }

    [Fact]
    public async Task RefreshToken_Used_IsReplacedByAnother()
    {
        var signIn = new PersonaSignIn(_broker.Address);
        var (code, verifier) = await signIn.CodeAsync("dana");
        using var first = await signIn.RedeemAsync(code, verifier);
        var refresh = first.RootElement.GetProperty("refresh_token").GetString()!;
        using var http = _broker.Anonymous();
        using var response = await http.PostAsync("/connect/token", new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "refresh_token", ["client_id"] = "accessbroker-cli", ["refresh_token"] = refresh,
        }));
        var renewed = await response.Content.ReadFromJsonAsync<JsonElement>();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.NotEqual(refresh, renewed.GetProperty("refresh_token").GetString());
        Assert.Equal(HttpStatusCode.OK, await MeAsync(renewed.GetProperty("access_token").GetString()!));
    }

    [Fact]
    public async Task AccessToken_Revoked_IsRefusedAtOnce()
    {
        var token = await new PersonaSignIn(_broker.Address).TokenAsync("dana");
        using var http = _broker.Anonymous();
        using var revoked = await http.PostAsync("/connect/revoke", new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["client_id"] = "accessbroker-cli", ["token"] = token,
        }));

        Assert.Equal(HttpStatusCode.OK, revoked.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, await MeAsync(token));
    }

    [Theory]
    [InlineData("code_challenge_method", "plain")]
    [InlineData("code_challenge", null)]
    [InlineData("response_type", "token")]
    [InlineData("response_mode", "form_post")]
    [InlineData("response_mode", "fragment")]
    [InlineData("client_id", "unknown")]
    [InlineData("redirect_uri", "http://127.0.0.1:47123/other")]
    [InlineData("redirect_uri", "http://127.0.0.1:47123/callback?to=elsewhere")]
    [InlineData("redirect_uri", "http://127.0.0.1:47123/callback#here")]
    [InlineData("redirect_uri", "http://127.0.0.1:47123/Callback")]
    [InlineData("redirect_uri", "http://localhost:47123/callback")]
    [InlineData("redirect_uri", "http://127.0.0.2:47123/callback")]
    [InlineData("redirect_uri", "http://user@127.0.0.1:47123/callback")]
    [InlineData("redirect_uri", "http://127.0.0.1.example.com:47123/callback")]
    [InlineData("redirect_uri", "https://127.0.0.1:47123/callback")]
    [InlineData("redirect_uri", "https://example.com/callback")]
    public async Task Authorize_WithSomethingNotAllowed_ShowsNoPersonasAndSendsNoCode(string parameter, string? value)
    {
        using var browser = new Browser(_broker.Address);
        var address = PersonaSignIn.AuthorizeAddress(PersonaSignIn.Pkce().Challenge, (parameter, value));

        var page = await browser.SendAsync(new HttpRequestMessage(HttpMethod.Get, new Uri(_broker.Address, address)));

        Assert.True(page.Status == HttpStatusCode.BadRequest || IsErrorToTheClient(page), $"{page.Status} {page.Location}");
        Assert.DoesNotContain("persona", page.Html, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("http://127.0.0.1:1024/callback")]
    [InlineData("http://127.0.0.1:65535/callback")]
    [InlineData("http://[::1]:50000/callback")]
    public async Task Authorize_WithAnyLoopbackPort_GoesOnToThePersonas(string redirect)
    {
        using var browser = new Browser(_broker.Address);

        var page = await browser.GetAsync(PersonaSignIn.AuthorizeAddress(PersonaSignIn.Pkce().Challenge, ("redirect_uri", redirect)));

        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Equal("/demo/personas", page.Address.AbsolutePath);
    }

    [Fact]
    public async Task Authorize_WithPromptNone_TellsTheClientThatSignInIsNeeded()
    {
        using var browser = new Browser(_broker.Address);

        var page = await browser.GetAsync(PersonaSignIn.AuthorizeAddress(PersonaSignIn.Pkce().Challenge, ("prompt", "none")));

        Assert.Equal("login_required", HttpUtility.ParseQueryString(page.Location!.Query)["error"]);
    }

    private async Task<HttpStatusCode> MeAsync(string token)
    {
        using var http = _broker.Anonymous();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await http.GetAsync("/api/v1/me");
        return response.StatusCode;
    }

    /// <summary>Errors that are not about the client itself go to its registered address, as RFC 6749, section 4.1.2.1 says.</summary>
    private static bool IsErrorToTheClient(Page page) =>
        page.Location is { } to && to.AbsoluteUri.StartsWith(PersonaSignIn.Callback, StringComparison.Ordinal)
        && HttpUtility.ParseQueryString(to.Query) is var query && query["error"] is not null && query["code"] is null;

    private static string?[] Strings(JsonElement document, string name) => [.. document.GetProperty(name).EnumerateArray().Select(v => v.GetString())];

    private static (JsonElement Header, JsonElement Claims) Read(string jwt)
    {
        var parts = jwt.Split('.');
        return (Decode(parts[0]), Decode(parts[1]));

        static JsonElement Decode(string part) => JsonSerializer.Deserialize<JsonElement>(System.Buffers.Text.Base64Url.DecodeFromChars(part));
    }
}
