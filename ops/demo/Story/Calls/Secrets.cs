using System.Net;
using System.Text.RegularExpressions;

namespace Story.Calls;

/// <summary>What passed during the story and must stand in no log: whoever reads a log could else act as somebody.</summary>
internal sealed partial class Secrets
{
    /// <summary>Below this a text may stand in a log by chance.</summary>
    private const int ShortestSecret = 16;

    private readonly Dictionary<string, string> _kinds = new(StringComparer.Ordinal);

    public int Count => _kinds.Count;

    /// <summary>Such as <c>token</c> or <c>cookie</c>.</summary>
    public IReadOnlySet<string> Kinds => _kinds.Values.ToHashSet();

    public void Add(string kind, string? value)
    {
        if (value is { Length: >= ShortestSecret }) _kinds.TryAdd(value, kind);
    }

    /// <summary>Takes the tokens and codes out of whatever came.</summary>
    public void AddFrom(string text)
    {
        foreach (Match token in Token().Matches(text)) Add("token", token.Value);
        foreach (Match code in Code().Matches(text)) Add("code", code.Groups["value"].Value);
    }

    public void AddCookie(string setCookie) => Add("cookie", setCookie.Split(';')[0].Split('=', 2).ElementAtOrDefault(1));

    /// <returns>The kind of the first secret that stands in the text, whole or by its telling part; null where none does.</returns>
    public string? FindIn(string text) =>
        _kinds.FirstOrDefault(s => text.Contains(s.Key, StringComparison.Ordinal) || text.Contains(TellingPart(s.Key), StringComparison.Ordinal)
            || text.Contains(WebUtility.UrlEncode(s.Key), StringComparison.Ordinal)).Value;

    // A token without its first part, which all tokens of a key share, is still a token.
    private static string TellingPart(string secret) =>
        secret.StartsWith("eyJ", StringComparison.Ordinal) && secret.LastIndexOf('.') is > 0 and var dot && secret.Length - dot > ShortestSecret ? secret[(dot + 1)..] : secret;

    /// <summary>JWTs signed or encrypted, in compact form (RFC 7515, section 7.1; RFC 7516, section 7.1).</summary>
    [GeneratedRegex(@"\beyJ[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]*){2,4}")]
    private static partial Regex Token();

    [GeneratedRegex(@"[?&]code=(?<value>[A-Za-z0-9_.~-]+)")]
    private static partial Regex Code();
}
