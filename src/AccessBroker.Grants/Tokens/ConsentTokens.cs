using System.Buffers;
using System.Text;
using System.Text.Json;
using AccessBroker.Access;
using Microsoft.Extensions.Options;

namespace AccessBroker.Grants;

/// <summary>
/// Consent tokens: JWT access tokens (RFC 9068), ES256, 10 min at most and never past the grant, for one gateway host.
/// A token opens nothing by itself: grant and session are looked up at every request.
/// </summary>
public sealed class ConsentTokens
{
    /// <summary>RFC 9068 §2.2 wants a client; all our doors act for the same one.</summary>
    private const string ClientId = "accessbroker";

    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    private readonly ConsentKeys _keys;
    private readonly GatewayAddresses _addresses;
    private readonly TimeProvider _time;
    private readonly string _issuer;
    private readonly VerifiedTokens _verified = new();

    internal ConsentTokens(ConsentKeys keys, GatewayAddresses addresses, IOptions<AddressOptions> options, TimeProvider time)
    {
        (_keys, _addresses, _time) = (keys, addresses, time);
        _issuer = options.Value.PublicUrl.TrimEnd('/');
    }

    /// <param name="Token">JWT, compact.</param>
    /// <param name="Jti">Its id: what the log says instead of the token.</param>
    /// <param name="ExpiresAt">Whole second; never after the grant's end.</param>
    public sealed record Minted(string Token, string Jti, DateTimeOffset ExpiresAt);

    /// <summary>Signs a token for a session of an active grant.</summary>
    public Minted Mint(Session session, Grant grant, ResolvedScope scope)
    {
        var now = _time.GetUtcNow();
        var end = now + Lifetime < grant.NotAfter ? now + Lifetime : grant.NotAfter;
        var expires = DateTimeOffset.FromUnixTimeSeconds(end.ToUnixTimeSeconds()); // rounds down: never past the grant
        var jti = Entry.Id(Guid.CreateVersion7(now));
        var payload = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(payload))
        {
            json.WriteStartObject();
            json.WriteString("iss", _issuer);
            json.WriteString("aud", _addresses.OriginOf(grant.Tenant, grant.Target));
            json.WriteString("sub", Entry.Id(session.PersonId));
            json.WriteString("client_id", ClientId);
            json.WriteString("jti", jti);
            json.WriteNumber("iat", now.ToUnixTimeSeconds());
            json.WriteNumber("exp", expires.ToUnixTimeSeconds());
            json.WriteString("session", Entry.Id(session.Id));
            json.WriteString("grant", Entry.Id(grant.Id));
            json.WriteString("tenant", grant.Tenant);
            json.WriteString("scope_hash", grant.ScopeHash);
            WriteDetails(json, scope);
            json.WriteEndObject();
        }
        return new Minted(CompactJwt.Sign(_keys.Newest.Id, _keys.Newest.Signer, payload.WrittenSpan), jti, expires);
    }

    /// <summary>Rich authorization request details (RFC 9396 §2), so that a reader of the token sees what it is for.</summary>
    private static void WriteDetails(Utf8JsonWriter json, ResolvedScope scope)
    {
        json.WriteStartArray("authorization_details");
        json.WriteStartObject();
        json.WriteString("type", "accessbroker:http");
        json.WriteString("target", scope.Target);
        json.WriteString("tenant", scope.Tenant);
        json.WriteStartArray("operations");
        foreach (var operation in scope.Operations)
            json.WriteStringValue(operation.Name);
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
    }

    /// <summary>Checks a token. The signature of one that was seen before is not computed again; its expiry and audience are compared each time.</summary>
    /// <param name="token">As it was presented.</param>
    /// <param name="audience">The host's origin, from <see cref="GatewayAddresses.OriginOf"/>.</param>
    /// <param name="now">The instant of the request; a token is over at its <c>exp</c>, without leeway.</param>
    public ConsentTokenResult Validate(BearerToken token, string audience, DateTimeOffset now)
    {
        if (token.Text.Length == 0)
            return new ConsentTokenResult(DenyReason.NoToken, null);
        if (token.Text.Length > CompactJwt.MaxLength)
            return new ConsentTokenResult(DenyReason.TokenInvalid, null);
        var hash = token.Hash;
        if (_verified.Find(hash) is not { } verified)
        {
            if (CompactJwt.Verify(token.Text, _keys.Find) is not { } payload || ConsentPayload.Read(payload, _issuer) is not { } read)
                return new ConsentTokenResult(DenyReason.TokenInvalid, null);
            _verified.Add(hash, verified = read);
        }
        if (!string.Equals(verified.Audience, audience, StringComparison.Ordinal))
            return new ConsentTokenResult(DenyReason.TokenForOtherTarget, verified.Claims);
        return new ConsentTokenResult(now < verified.Claims.ExpiresAt ? DenyReason.None : DenyReason.TokenExpired, verified.Claims);
    }

    /// <summary>JSON Web Key Set (RFC 7517 §5) of every key whose tokens are accepted.</summary>
    public string JwksJson()
    {
        var output = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteStartArray("keys");
            foreach (var key in _keys.All)
            {
                var (x, y) = ConsentKeys.Coordinates(key.Signer);
                json.WriteStartObject();
                json.WriteString("kty", "EC");
                json.WriteString("use", "sig");
                json.WriteString("alg", "ES256");
                json.WriteString("kid", key.Id);
                json.WriteString("crv", "P-256");
                json.WriteString("x", x);
                json.WriteString("y", y);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
