using System.Text;
using Microsoft.Extensions.Primitives;

namespace AccessBroker.Gateway;

/// <summary>Cookies pass the gateway in both directions, but for its own (RFC 6265).</summary>
internal static class Cookies
{
    /// <summary>The prefix makes browsers insist on Secure, Path=/ and no Domain (RFC 6265bis §4.1.3.2).</summary>
    public const string Name = "__Host-accessbroker";

    /// <summary>The value of the gateway's cookie, and how many cookies of that name there were.</summary>
    public static (string? Value, int Count) Find(StringValues headers)
    {
        string? value = null;
        var count = 0;
        foreach (var header in headers)
        {
            foreach (var pair in header.AsSpan().Split(';'))
            {
                var cookie = header.AsSpan(pair.Start.Value, pair.End.Value - pair.Start.Value).Trim();
                if (!IsOurs(cookie))
                    continue;
                count++;
                value = cookie.Length > Name.Length ? cookie[(Name.Length + 1)..].ToString() : "";
            }
        }

        return (value, count);
    }

    /// <summary>The client's cookies without the gateway's own; null where none is left.</summary>
    public static string? ForUpstream(StringValues headers)
    {
        if (headers.Count == 1 && !headers.ToString().Contains(Name, StringComparison.Ordinal))
            return headers.ToString();

        var kept = new StringBuilder();
        foreach (var header in headers)
        {
            foreach (var pair in header.AsSpan().Split(';'))
            {
                var cookie = header.AsSpan(pair.Start.Value, pair.End.Value - pair.Start.Value).Trim();
                if (cookie.IsEmpty || IsOurs(cookie))
                    continue;
                if (kept.Length > 0)
                    kept.Append("; ");
                kept.Append(cookie);
            }
        }

        return kept.Length == 0 ? null : kept.ToString();
    }

    /// <summary>A cookie that an upstream sets, bound to this host; null where it would overwrite the gateway's own.</summary>
    public static string? ForClient(string setCookie)
    {
        var name = setCookie.AsSpan();
        name = name[..(name.IndexOfAny('=', ';') is >= 0 and var end ? end : name.Length)].Trim();
        if (name.Equals(Name, StringComparison.OrdinalIgnoreCase))
            return null;
        if (!setCookie.Contains("domain", StringComparison.OrdinalIgnoreCase))
            return setCookie;

        var kept = new StringBuilder(setCookie.Length);
        foreach (var range in setCookie.AsSpan().Split(';'))
        {
            var part = setCookie.AsSpan(range.Start.Value, range.End.Value - range.Start.Value);
            var attribute = part.Trim();
            var first = kept.Length == 0;
            if (!first && attribute.StartsWith("domain", StringComparison.OrdinalIgnoreCase) && attribute[6..].TrimStart() is [] or ['=', ..])
                continue;
            if (!first)
                kept.Append(';');
            kept.Append(part);
        }

        return kept.ToString();
    }

    private static bool IsOurs(ReadOnlySpan<char> cookie) =>
        cookie.StartsWith(Name, StringComparison.Ordinal) && (cookie.Length == Name.Length || cookie[Name.Length] == '=');
}
