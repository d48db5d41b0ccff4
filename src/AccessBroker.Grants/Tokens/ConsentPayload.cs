using System.Text.Json;

namespace AccessBroker.Grants;

/// <summary>A token whose signature and shape hold.</summary>
/// <param name="Audience">The gateway origin it is for.</param>
internal sealed record VerifiedToken(string Audience, ConsentClaims Claims);

/// <summary>Reads the payload of a consent token. Strict: every claim present, once, of its type; one audience.</summary>
internal static class ConsentPayload
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    public static VerifiedToken? Read(byte[] payload, string issuer)
    {
        try
        {
            using var document = JsonDocument.Parse(payload, Strict);
            var claims = document.RootElement;
            if (Text(claims, "iss") != issuer || Text(claims, "client_id").Length == 0 || !claims.GetProperty("iat").TryGetInt64(out _))
                return null;
            return new VerifiedToken(Audience(claims), new ConsentClaims(
                Id(claims, "session"), Id(claims, "grant"), Id(claims, "sub"), Text(claims, "tenant"), Target(claims),
                Text(claims, "scope_hash"), Text(claims, "jti"), DateTimeOffset.FromUnixTimeSeconds(claims.GetProperty("exp").GetInt64())));
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentOutOfRangeException)
        {
            return null;
        }
    }

    /// <summary>RFC 7519 §4.1.3 allows a list; only a list of one says for whom the token is.</summary>
    private static string Audience(JsonElement claims)
    {
        var audience = claims.GetProperty("aud");
        if (audience.ValueKind == JsonValueKind.Array)
            audience = audience.GetArrayLength() == 1 ? audience[0] : throw new FormatException("The token is for more than one audience.");
        return audience.GetString() ?? throw new FormatException("The audience is null.");
    }

    private static string Target(JsonElement claims)
    {
        var details = claims.GetProperty("authorization_details");
        return details.GetArrayLength() == 1 ? Text(details[0], "target") : throw new FormatException("The token is for more than one target.");
    }

    private static Guid Id(JsonElement claims, string name) => Guid.ParseExact(Text(claims, name), "D");

    private static string Text(JsonElement claims, string name) =>
        claims.GetProperty(name).GetString() ?? throw new FormatException($"The claim {name} is null.");
}
