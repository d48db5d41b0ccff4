using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AccessBroker.Access;
using Microsoft.Extensions.Options;

namespace AccessBroker.Grants;

/// <summary>
/// Tells an upstream, for one request, who really calls: a JWT (RFC 7519), ES256, 30 s, for one method and address (as
/// DPoP's htm and htu, RFC 9449 §4.2). Its type is its own, so that it can never pass for a consent token (RFC 8725 §3.11).
/// </summary>
public sealed class UpstreamAssertions
{
    public const string Type = "accessbroker-assertion+jwt";

    private const int LifetimeSeconds = 30;
    private const int SignatureLength = 64;

    private static readonly ThreadLocal<Buffers> Own = new(() => new Buffers());

    private readonly ConsentKeys _keys;
    private readonly TimeProvider _time;
    private readonly string _issuer;
    private Prefix? _prefix;

    internal UpstreamAssertions(ConsentKeys keys, IOptions<AddressOptions> options, TimeProvider time) =>
        (_keys, _time, _issuer) = (keys, time, options.Value.PublicUrl.TrimEnd('/'));

    private sealed record Prefix(string KeyId, byte[] Header);

    private sealed class Buffers
    {
        public ArrayBufferWriter<byte> Payload { get; } = new(1024);
        public Utf8JsonWriter Json { get; }
        public byte[] Token { get; set; } = new byte[2048];

        public Buffers() => Json = new Utf8JsonWriter(Payload);
    }

    /// <param name="entry">The intent's entry: single use, so it serves as the assertion's id.</param>
    /// <param name="person">Display name; empty where it is not known (any more).</param>
    /// <param name="upstream">The upstream's origin.</param>
    /// <param name="path">As forwarded, without the query.</param>
    public string Sign(Guid entry, Session session, Grant grant, string person, string method, string upstream, string path)
    {
        var buffers = Own.Value!;
        WritePayload(buffers, entry, session, grant, person, method, upstream.TrimEnd('/'), path);
        var payload = buffers.Payload.WrittenSpan;
        var key = _keys.Newest;
        var header = HeaderFor(key.Id);

        var signed = header.Length + Base64Url.GetEncodedLength(payload.Length);
        var length = signed + 1 + Base64Url.GetEncodedLength(SignatureLength);
        if (buffers.Token.Length < length)
            buffers.Token = new byte[length * 2];
        var token = buffers.Token.AsSpan(0, length);
        header.CopyTo(token);
        Base64Url.EncodeToUtf8(payload, token[header.Length..], out _, out _);

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        Span<byte> signature = stackalloc byte[SignatureLength];
        SHA256.HashData(token[..signed], hash);
        key.Signer.SignHash(hash, signature, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        token[signed] = (byte)'.';
        Base64Url.EncodeToUtf8(signature, token[(signed + 1)..], out _, out _);
        return Encoding.ASCII.GetString(token);
    }

    private void WritePayload(Buffers buffers, Guid entry, Session session, Grant grant, string person, string method, string upstream, string path)
    {
        buffers.Payload.ResetWrittenCount();
        var json = buffers.Json;
        json.Reset();
        var now = _time.GetUtcNow().ToUnixTimeSeconds();
        json.WriteStartObject();
        json.WriteString("iss"u8, _issuer);
        json.WriteString("aud"u8, upstream);
        json.WriteString("sub"u8, session.PersonId);
        if (person.Length > 0)
            json.WriteString("name"u8, person);
        json.WriteString("jti"u8, entry);
        json.WriteNumber("iat"u8, now);
        json.WriteNumber("exp"u8, now + LifetimeSeconds);
        json.WriteString("htm"u8, method);
        json.WriteString("htu"u8, string.Concat(upstream, path));
        json.WriteString("tenant"u8, grant.Tenant);
        json.WriteString("grant"u8, grant.Id);
        json.WriteString("session"u8, session.Id);
        json.WriteEndObject();
        json.Flush();
    }

    private ReadOnlySpan<byte> HeaderFor(string keyId)
    {
        var prefix = _prefix;
        if (prefix is null || prefix.KeyId != keyId)
        {
            var header = Encoding.UTF8.GetBytes($$"""{"alg":"ES256","typ":"{{Type}}","kid":"{{keyId}}"}""");
            _prefix = prefix = new Prefix(keyId, Encoding.ASCII.GetBytes(Base64Url.EncodeToString(header) + "."));
        }

        return prefix.Header;
    }
}
