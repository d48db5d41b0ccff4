using System.Text.Json.Serialization;
using AccessBroker.Contracts;

namespace AccessBroker.Cli;

/// <summary>Who is signed in where. Kept in a file that only its owner can read.</summary>
/// <param name="Server">The broker's address.</param>
/// <param name="TokenEndpoint">Of the issuer, for renewing.</param>
/// <param name="RefreshToken">Null where the issuer gave none: then the person signs in again when the access token ends.</param>
/// <param name="Sessions">Consent tokens that <c>accessbroker curl</c> can use again, by grant.</param>
internal sealed record Profile(
    Uri Server, Uri TokenEndpoint, Uri? RevocationEndpoint, string ClientId, string AccessToken, string? RefreshToken, DateTimeOffset ExpiresAt,
    IReadOnlyDictionary<Guid, SessionToken> Sessions);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(Profile))]
internal sealed partial class ProfileJson : JsonSerializerContext;
