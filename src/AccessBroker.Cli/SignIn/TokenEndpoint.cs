using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace AccessBroker.Cli;

/// <summary>A token response (RFC 6749, section 5.1).</summary>
/// <param name="ExpiresIn">Seconds.</param>
internal sealed record TokenResponse(
    [property: JsonPropertyName("access_token")] string AccessToken,
    [property: JsonPropertyName("refresh_token")] string? RefreshToken,
    [property: JsonPropertyName("expires_in")] int ExpiresIn)
{
    public DateTimeOffset ExpiresAt(TimeProvider time) => time.GetUtcNow().AddSeconds(ExpiresIn);
}

/// <summary>RFC 6749, section 5.2.</summary>
internal sealed record TokenError(
    [property: JsonPropertyName("error")] string? Error,
    [property: JsonPropertyName("error_description")] string? Description);

/// <summary>Gets tokens for a code, and new tokens for a refresh token.</summary>
internal static class TokenEndpoint
{
    /// <summary>RFC 6749, section 4.1.3, with RFC 7636, section 4.5.</summary>
    public static async Task<TokenResponse> RedeemAsync(HttpClient http, Uri endpoint, string clientId, string code, string redirectUri, string verifier, CancellationToken cancel)
    {
        var (token, error) = await PostAsync(http, endpoint, new()
        {
            ["grant_type"] = "authorization_code",
            ["client_id"] = clientId,
            ["code"] = code,
            ["redirect_uri"] = redirectUri,
            ["code_verifier"] = verifier,
        }, cancel);
        return token ?? throw new CliException(ExitCode.Failure, "sign-in-failed", $"The issuer gave no token: {error?.Description ?? error?.Error ?? "no reason given"}", "Try accessbroker login again.");
    }

    /// <summary>RFC 6749, section 6.</summary>
    /// <returns>Null where the refresh token is no longer good.</returns>
    public static async Task<TokenResponse?> RefreshAsync(HttpClient http, Profile profile, CancellationToken cancel) =>
        (await PostAsync(http, profile.TokenEndpoint, new()
        {
            ["grant_type"] = "refresh_token",
            ["client_id"] = profile.ClientId,
            ["refresh_token"] = profile.RefreshToken!,
        }, cancel)).Token;

    /// <summary>RFC 7009. Signing out locally works even where the issuer cannot be told.</summary>
    public static async Task RevokeAsync(HttpClient http, Profile profile, CancellationToken cancel)
    {
        if (profile is not { RevocationEndpoint: { } endpoint, RefreshToken: { } token }) return;
        using var request = Form(endpoint, new() { ["client_id"] = profile.ClientId, ["token"] = token, ["token_type_hint"] = "refresh_token" });
        using var response = await Network.SendAsync(http, request, cancel);
    }

    private static async Task<(TokenResponse? Token, TokenError? Error)> PostAsync(HttpClient http, Uri endpoint, Dictionary<string, string> fields, CancellationToken cancel)
    {
        using var request = Form(endpoint, fields);
        using var response = await Network.SendAsync(http, request, cancel);
        var body = await response.Content.ReadAsStringAsync(cancel);
        try
        {
            if (response.IsSuccessStatusCode) return (JsonSerializer.Deserialize(body, SignInJson.Default.TokenResponse), null);
            if (response.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized)
                return (null, JsonSerializer.Deserialize(body, SignInJson.Default.TokenError));
        }
        catch (JsonException)
        {
            // Said below, with the status.
        }
        throw new CliException(ExitCode.Failure, "sign-in-failed", $"The issuer's token endpoint answered {(int)response.StatusCode}.", "Run accessbroker doctor.");
    }

    private static HttpRequestMessage Form(Uri endpoint, Dictionary<string, string> fields)
    {
        ServerAddress.EnsureSafe(endpoint);
        return new HttpRequestMessage(HttpMethod.Post, endpoint) { Content = new FormUrlEncodedContent(fields) };
    }
}
