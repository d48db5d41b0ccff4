using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Web;

namespace AccessBroker.Testing;

/// <summary>Signs demo personas in over HTTP, step by step as a browser and the CLI do.</summary>
public sealed class PersonaSignIn(Uri broker)
{
    /// <summary>Registered for the CLI with any port; nobody listens, since the answer is read from the redirect.</summary>
    public const string Callback = "http://127.0.0.1:47123/callback";

    public const string Scope = "openid profile offline_access accessbroker";

    /// <summary>From <c>/signin</c> to the portal's cookie.</summary>
    public static async Task InBrowserAsync(Browser browser, string persona)
    {
        var page = await browser.SubmitAsync(await browser.GetAsync("/signin?returnUrl=/signed-out"), "/demo/personas", ("persona", persona));
        if (!browser.Cookies.ContainsKey("__Host-accessbroker-portal")) throw new InvalidOperationException($"{persona} was not signed in: {page.Address} {page.Status}\n{page.Html}");
    }

    /// <summary>An access token for <c>/api/v1</c>: authorization code with PKCE.</summary>
    public async Task<string> TokenAsync(string persona)
    {
        var (code, verifier) = await CodeAsync(persona);
        using var answer = await RedeemAsync(code, verifier);
        return answer.RootElement.GetProperty("access_token").GetString()!;
    }

    public async Task<(string Code, string Verifier)> CodeAsync(string persona)
    {
        var (verifier, challenge) = Pkce();
        using var browser = new Browser(broker);
        var page = await browser.SubmitAsync(await browser.GetAsync(AuthorizeAddress(challenge)), "/demo/personas", ("persona", persona));
        var answer = page.Location ?? throw new InvalidOperationException($"No redirect to the CLI: {page.Status}\n{page.Html}");
        return (HttpUtility.ParseQueryString(answer.Query)["code"] ?? throw new InvalidOperationException($"No code in {answer}"), verifier);
    }

    public async Task<JsonDocument> RedeemAsync(string code, string verifier, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var http = new HttpClient(LoopbackHandler.Create()) { BaseAddress = broker };
        using var response = await http.PostAsync("/connect/token", new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "authorization_code", ["client_id"] = "accessbroker-cli", ["code"] = code, ["redirect_uri"] = Callback, ["code_verifier"] = verifier,
        }));
        var body = await response.Content.ReadAsStringAsync();
        return response.StatusCode == expected ? JsonDocument.Parse(body) : throw new InvalidOperationException($"/connect/token answered {response.StatusCode}: {body}");
    }

    /// <param name="replaced">Parameters to send instead; a null leaves the parameter out.</param>
    public static string AuthorizeAddress(string challenge, params (string Name, string? Value)[] replaced)
    {
        var parameters = new Dictionary<string, string?>
        {
            ["client_id"] = "accessbroker-cli", ["redirect_uri"] = Callback, ["response_type"] = "code", ["scope"] = Scope,
            ["code_challenge"] = challenge, ["code_challenge_method"] = "S256", ["state"] = "state-of-this-test",
        };
        foreach (var (name, value) in replaced) parameters[name] = value;
        return "/connect/authorize?" + string.Join('&', parameters.Where(p => p.Value is not null).Select(p => $"{p.Key}={Uri.EscapeDataString(p.Value!)}"));
    }

    /// <summary>RFC 7636, section 4: S256.</summary>
    public static (string Verifier, string Challenge) Pkce()
    {
        var verifier = Base64Url(RandomNumberGenerator.GetBytes(32));
        return (verifier, Base64Url(SHA256.HashData(Encoding.ASCII.GetBytes(verifier))));
    }

    private static string Base64Url(byte[] bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);
}
