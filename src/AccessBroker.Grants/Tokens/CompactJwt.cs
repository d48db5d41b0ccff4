using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace AccessBroker.Grants;

/// <summary>
/// JWS compact serialisation (RFC 7515 §7.1) with ES256 (RFC 7518 §3.4) and nothing else: no algorithm is chosen by the
/// token, so none can be confused (RFC 8725 §3.1).
/// </summary>
internal static class CompactJwt
{
    /// <summary>RFC 9068 §2.1: access tokens and nothing else that the broker might sign.</summary>
    public const string Type = "at+jwt";

    /// <summary>A token of ours has about 1 KiB.</summary>
    public const int MaxLength = 8 * 1024;

    private const DSASignatureFormat Format = DSASignatureFormat.IeeeP1363FixedFieldConcatenation;

    public static string Sign(string keyId, ECDsa key, ReadOnlySpan<byte> payload)
    {
        var header = Encoding.UTF8.GetBytes($$"""{"alg":"ES256","typ":"{{Type}}","kid":"{{keyId}}"}""");
        var signed = $"{Base64Url.EncodeToString(header)}.{Base64Url.EncodeToString(payload)}";
        var signature = key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, Format);
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }

    /// <summary>The payload of a token whose header, key and signature hold; null otherwise.</summary>
    /// <param name="token">At most <see cref="MaxLength"/> characters.</param>
    /// <param name="keyOf">Key by id, or null where it is unknown.</param>
    public static byte[]? Verify(string token, Func<string, ECDsa?> keyOf)
    {
        var dot1 = token.IndexOf('.', StringComparison.Ordinal);
        var dot2 = token.LastIndexOf('.');
        if (token.Length > MaxLength || dot1 <= 0 || dot2 == dot1
            || Decode(token.AsSpan(0, dot1)) is not { } header
            || Decode(token.AsSpan(dot1 + 1, dot2 - dot1 - 1)) is not { } payload
            || Decode(token.AsSpan(dot2 + 1)) is not { Length: 64 } signature
            || KeyId(header) is not { } keyId
            || keyOf(keyId) is not { } key)
            return null;
        return key.VerifyData(Encoding.ASCII.GetBytes(token, 0, dot2), signature, HashAlgorithmName.SHA256, Format) ? payload : null;
    }

    /// <summary>The key id of a header that has alg, typ and kid as ours do, each once, and no more (so no <c>crit</c>, <c>jku</c>, <c>b64</c>).</summary>
    private static string? KeyId(ReadOnlySpan<byte> header)
    {
        string? alg = null, typ = null, kid = null;
        try
        {
            var reader = new Utf8JsonReader(header);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return null;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                ref var member = ref alg;
                if (reader.ValueTextEquals("typ"u8))
                    member = ref typ;
                else if (reader.ValueTextEquals("kid"u8))
                    member = ref kid;
                else if (!reader.ValueTextEquals("alg"u8))
                    return null;
                if (member is not null || !reader.Read() || reader.TokenType != JsonTokenType.String)
                    return null;
                member = reader.GetString();
            }
            if (reader.Read())
                return null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
        return alg == "ES256" && typ == Type ? kid : null;
    }

    /// <summary>Strict base64url without padding (RFC 7515 §2): one spelling per value, so that an edited character is always noticed.</summary>
    private static byte[]? Decode(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty || text.ContainsAnyExcept(Alphabet))
            return null;
        try
        {
            var bytes = Base64Url.DecodeFromChars(text);
            return text.SequenceEqual(Base64Url.EncodeToString(bytes)) ? bytes : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static readonly System.Buffers.SearchValues<char> Alphabet =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");
}
