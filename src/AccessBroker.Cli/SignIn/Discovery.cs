using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using AccessBroker.Contracts;

namespace AccessBroker.Cli;

/// <summary>OpenID Connect Discovery 1.0, section 3: what is needed of it.</summary>
internal sealed record IssuerMetadata(
    [property: JsonPropertyName("issuer")] string Issuer,
    [property: JsonPropertyName("authorization_endpoint")] Uri AuthorizationEndpoint,
    [property: JsonPropertyName("token_endpoint")] Uri TokenEndpoint,
    [property: JsonPropertyName("revocation_endpoint")] Uri? RevocationEndpoint);

[JsonSerializable(typeof(IssuerMetadata))]
[JsonSerializable(typeof(TokenResponse))]
[JsonSerializable(typeof(TokenError))]
internal sealed partial class SignInJson : JsonSerializerContext;

/// <summary>Asks the broker who signs people in, then that issuer where.</summary>
internal static class Discovery
{
    public static Task<ServerInfo> OfServerAsync(HttpClient http, Uri server, CancellationToken cancel) =>
        GetAsync(http, new Uri(server, "/.well-known/accessbroker"), ContractsJson.Default.ServerInfo, cancel);

    public static async Task<IssuerMetadata> OfIssuerAsync(HttpClient http, string issuer, CancellationToken cancel)
    {
        var metadata = await GetAsync(http, new Uri(issuer.TrimEnd('/') + "/.well-known/openid-configuration"), SignInJson.Default.IssuerMetadata, cancel);
        // Section 4.3: another issuer's document would send the code, and the person, somewhere else.
        if (metadata.Issuer.TrimEnd('/') != issuer.TrimEnd('/'))
            throw new CliException(ExitCode.Failure, "issuer-mismatch", $"{issuer} says that it is {metadata.Issuer}.", "Tell your administrator: the issuer in the server's settings must be the issuer's own name.");
        return metadata;
    }

    private static async Task<T> GetAsync<T>(HttpClient http, Uri address, JsonTypeInfo<T> type, CancellationToken cancel)
    {
        ServerAddress.EnsureSafe(address);
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        using var response = await Network.SendAsync(http, request, cancel);
        if (!response.IsSuccessStatusCode) throw NotABroker(address, $"{(int)response.StatusCode} {response.ReasonPhrase}");
        try
        {
            return JsonSerializer.Deserialize(await response.Content.ReadAsByteArrayAsync(cancel), type) ?? throw NotABroker(address, "nothing");
        }
        catch (JsonException)
        {
            throw NotABroker(address, "something else than expected");
        }
    }

    private static CliException NotABroker(Uri address, string answer) =>
        new(ExitCode.Failure, "discovery-failed", $"{address} answered {answer}.", "Is this the address of an AccessBroker? Give it with --server.");
}
