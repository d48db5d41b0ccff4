using System.Buffers.Text;
using System.Text.Json;

namespace Helpdesk.Access;

/// <summary>What a gateway in front says about a call: which log entry announced it, and who really calls.</summary>
/// <remarks>
/// Nothing is verified here, as in many an application that trusts its network: the caller holds the service credential.
/// The name is only written down and shown; it grants nothing.
/// </remarks>
internal static class GatewayHeaders
{
    private const int LongestName = 100;

    /// <summary>The id of the gateway's audit entry for this request, or null.</summary>
    public static string? Entry(HttpRequest request) =>
        request.Headers["AccessBroker-Entry"] is [{ Length: > 0 and <= LongestName } entry] ? entry : null;

    /// <summary>The engineer that the assertion (a JWT, RFC 7519) names: <c>name</c>, or else <c>sub</c>; null without one.</summary>
    public static string? Engineer(HttpRequest request)
    {
        if (request.Headers["AccessBroker-Assertion"] is not [{ } token] || token.Split('.') is not [_, var payload, _])
            return null;

        try
        {
            using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(payload));
            return Text(claims.RootElement, "name") ?? Text(claims.RootElement, "sub");
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement claims, string name) =>
        claims.ValueKind == JsonValueKind.Object
        && claims.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.String
        && value.GetString() is { Length: > 0 } text
            ? text[..Math.Min(text.Length, LongestName)]
            : null;
}
