using System.Security.Cryptography;
using System.Text;
using AccessBroker.Evidence;

namespace AccessBroker.Audit;

/// <summary>A stream as configured and checked.</summary>
/// <param name="Tenants">Null: all.</param>
/// <param name="Secret">The webhook's key.</param>
internal sealed record ConfiguredStream(
    string Name, StreamKind Kind, Uri Url, byte[] Secret, IReadOnlyDictionary<string, string> Headers, IReadOnlySet<string>? Tenants, EntryFormat Format, bool Bodies, bool FromStart)
{
    private const int MaxStreams = 16, MaxName = 40;
    private const string SecretPrefix = "whsec_";

    /// <summary>What a customer would want to know when it changes; the secret is not of it.</summary>
    public string Fingerprint => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        string.Join('\n', Kind, Url, Format, Bodies, Tenants is null ? "*" : string.Join(',', Tenants.Order(StringComparer.Ordinal))))));

    public bool Sends(string tenant) => Tenants?.Contains(tenant) ?? true;

    /// <exception cref="FormatException">The options were not checked before.</exception>
    public static IReadOnlyList<ConfiguredStream> Read(AuditOptions options) => [.. options.Streams.Select(s => new ConfiguredStream(
        s.Name, s.Kind, s.Kind == StreamKind.Otlp ? new Uri(s.Url.TrimEnd('/') + "/v1/logs") : new Uri(s.Url), s.Kind == StreamKind.Webhook ? Key(s.Secret)! : [], s.Headers,
        s.Tenants.Count == 0 ? null : s.Tenants.ToHashSet(StringComparer.Ordinal), s.Format, s.Bodies, s.FromStart))];

    /// <summary>What is wrong with <c>Log:Streams</c>, in sentences. A secret is never repeated.</summary>
    public static IEnumerable<string> Broken(AuditOptions options)
    {
        if (options.Streams.Count > MaxStreams)
            yield return $"Log:Streams has {options.Streams.Count} entries; at most {MaxStreams} are fed.";
        for (var i = 0; i < options.Streams.Count; i++)
        {
            var (place, stream) = ($"Log:Streams:{i}", options.Streams[i]);
            if (stream.Name.Length is 0 or > MaxName || !stream.Name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'))
                yield return $"{place}:Name is '{stream.Name}'; it must have 1–{MaxName} of a-z, 0-9 and hyphens.";
            else if (options.Streams.Take(i).Any(s => s.Name == stream.Name))
                yield return $"{place}:Name is '{stream.Name}' like an earlier stream's; each has its own.";
            if (!Enum.IsDefined(stream.Kind))
                yield return $"{place}:Kind is {stream.Kind}; it must be Webhook or Otlp.";
            if (BrokenUrl(stream.Url) is { } problem)
                yield return $"{place}:Url is '{stream.Url}'; {problem}";
            if (stream.Kind == StreamKind.Webhook && Key(stream.Secret) is not { Length: >= 24 and <= 64 })
                yield return $"{place}:Secret must be {SecretPrefix} and 24 to 64 random bytes in base64: without it the receiver cannot tell who sends.";
            if (stream.Format is not (EntryFormat.Ocsf or EntryFormat.Ndjson))
                yield return $"{place}:Format is {stream.Format}; it must be Ocsf or Ndjson.";
            if (stream.Bodies && stream.Tenants.Count != 1)
                yield return $"{place}:Bodies sends what is the customer's, so {place}:Tenants must name exactly that one customer; without Bodies a stream may have all.";
        }
    }

    private static byte[]? Key(string secret)
    {
        if (!secret.StartsWith(SecretPrefix, StringComparison.Ordinal))
            return null;
        var bytes = new byte[secret.Length];
        return Convert.TryFromBase64String(secret[SecretPrefix.Length..], bytes, out var length) ? bytes[..length] : null;
    }

    private static string? BrokenUrl(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
            return "it must be an address such as https://siem.example/accessbroker.";
        if (url.UserInfo.Length + url.Fragment.Length > 0)
            return "it must have no user and no fragment.";
        return url.Scheme == "http" && !url.IsLoopback ? "off this machine a receiver is spoken to over https." : null;
    }
}
