using System.Buffers;
using System.Text;

namespace AccessBroker.Access;

/// <summary>
/// A request path that every reader understands in the same way: decoded once, with one normal form. What two programs
/// could read differently (an encoded slash, a dot segment, a second layer of encoding, …) is refused, never repaired.
/// </summary>
public sealed class RequestPath
{
    // RFC 3986 §3.3 pchar, without the semicolon: servers disagree on whether ";x" belongs to the segment.
    private static readonly SearchValues<char> LegalInPath =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,=:@%/");

    private RequestPath(string raw, string normal, string[] segments) => (Raw, Normal, Segments) = (raw, normal, segments);

    /// <summary>As received, without the query.</summary>
    public string Raw { get; }

    /// <summary>RFC 3986 §6.2.2: unreserved characters decoded, the rest of the encoding in upper case. This is what is forwarded and logged.</summary>
    public string Normal { get; }

    /// <summary>Decoded once. Never empty; the last is <c>""</c> where the path ends in a slash, and only there.</summary>
    public IReadOnlyList<string> Segments { get; }

    /// <summary>Reads an origin-form request target (RFC 9112 §3.2.1); the query, if any, is left to <see cref="RequestQuery"/>.</summary>
    /// <param name="why">For people, where the answer is false: what is ambiguous.</param>
    public static bool TryParse(string target, out RequestPath? path, out string why)
    {
        path = null;
        if (target.Length == 0 || target[0] != '/')
        {
            why = "The request target must be a path that begins with a slash, not a complete address.";
            return false;
        }

        var end = target.IndexOf('?', StringComparison.Ordinal);
        var raw = end < 0 ? target : target[..end];
        if (raw.AsSpan().IndexOfAnyExcept(LegalInPath) is >= 0 and var at)
        {
            why = raw[at] switch
            {
                '\\' => "The path holds a backslash, which some servers read as a slash.",
                ';' => "The path holds a semicolon, which some servers cut off together with what follows it.",
                _ => "The path holds a character that must be percent-encoded.",
            };
            return false;
        }

        var encoded = raw.Contains('%', StringComparison.Ordinal);
        var segments = raw[1..].Split('/');
        for (var i = 0; i < segments.Length; i++)
        {
            if (segments[i].Length == 0 && i < segments.Length - 1)
            {
                why = "The path holds an empty segment (two slashes in a row).";
                return false;
            }

            if (encoded && segments[i].Contains('%', StringComparison.Ordinal))
            {
                if (!PercentDecoding.TryDecode(segments[i], plusIsSpace: false, out var decoded, out why))
                    return false;
                segments[i] = decoded;
            }

            if (SegmentRules.Refuse(segments[i]) is { } refusal)
            {
                why = refusal;
                return false;
            }
        }

        why = "";
        path = new RequestPath(raw, encoded ? PercentDecoding.Normalise(raw) : raw, segments);
        return true;
    }

    public override string ToString() => Normal;
}
