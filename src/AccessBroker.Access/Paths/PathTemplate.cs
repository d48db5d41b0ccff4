namespace AccessBroker.Access;

/// <summary>How a path fits a template.</summary>
public enum PathMatch
{
    None,

    /// <summary>Fits but for letter case or a final slash. Many servers ignore both, so such a path names no operation safely.</summary>
    Loose,

    Exact,
}

/// <summary>
/// A compiled path template: literal segments, <c>{name}</c> for exactly one non-empty segment, <c>{tenant}</c> for the
/// customer's id, and a final <c>/**</c> for that path itself and everything below it. Written decoded: <c>/a b</c>, not <c>/a%20b</c>.
/// </summary>
public sealed class PathTemplate
{
    private enum Kind { Rest, Any, Tenant, Literal, End }

    private readonly string[] _segments;
    private readonly Kind[] _kinds;
    private readonly bool _rest;

    private PathTemplate(string text, string[] segments, Kind[] kinds, bool rest) =>
        (Text, _segments, _kinds, _rest) = (text, segments, kinds, rest);

    public string Text { get; }

    public bool NamesTenant => Array.IndexOf(_kinds, Kind.Tenant) >= 0;

    /// <param name="error">A sentence for the administrator where the answer is false.</param>
    public static bool TryParse(string text, out PathTemplate? template, out string error)
    {
        template = null;
        error = "";
        if (text.Length == 0 || text[0] != '/')
        {
            error = $"The path template '{text}' must begin with a slash.";
            return false;
        }

        var segments = text[1..].Split('/');
        var rest = segments[^1] == "**";
        if (rest)
            segments = segments[..^1];

        var kinds = new Kind[segments.Length];
        for (var i = 0; i < segments.Length; i++)
        {
            var segment = segments[i];
            if (segment == "{tenant}")
                kinds[i] = Kind.Tenant;
            else if (segment.Length > 2 && segment[0] == '{' && segment[^1] == '}' && segment.AsSpan(1, segment.Length - 2).IndexOfAny("{}*") < 0)
                kinds[i] = Kind.Any;
            else if (segment.IndexOfAny(['{', '}', '*']) >= 0)
                error = $"The path template '{text}' may hold {{name}} or {{tenant}} only as a whole segment, and ** only at its end.";
            else if (segment.Length == 0 && (rest || i < segments.Length - 1))
                error = $"The path template '{text}' holds an empty segment.";
            else if (segment.Length > 0 && SegmentRules.Refuse(segment) is not null)
                error = $"The path template '{text}' holds a segment that no request may carry: '{segment}'.";
            else
                kinds[i] = Kind.Literal;
        }

        if (error.Length > 0)
            return false;
        if (kinds.AsSpan().Count(Kind.Tenant) > 1)
        {
            error = $"The path template '{text}' names {{tenant}} more than once.";
            return false;
        }

        template = new PathTemplate(text, segments, kinds, rest);
        return true;
    }

    /// <summary>As <see cref="TryParse"/>, for text that was validated before.</summary>
    /// <exception cref="FormatException">The text is no template.</exception>
    public static PathTemplate Parse(string text) =>
        TryParse(text, out var template, out var error) ? template! : throw new FormatException(error);

    /// <param name="tenant">The segment at <c>{tenant}</c>; null where the template has none or does not match.</param>
    public PathMatch Match(RequestPath path, out string? tenant)
    {
        tenant = null;
        var given = path.Segments;
        var count = given.Count;

        // A final slash more or less than the template's is the only difference in length that counts as a loose match.
        var exact = true;
        if (!_rest && count != _segments.Length)
        {
            if (count == _segments.Length + 1 && given[count - 1].Length == 0)
                count--;
            else if (count != _segments.Length - 1 || _segments[^1].Length != 0)
                return PathMatch.None;
            exact = false;
        }
        else if (_rest && count < _segments.Length)
        {
            return PathMatch.None;
        }

        for (var i = 0; i < Math.Min(count, _segments.Length); i++)
        {
            if (_kinds[i] == Kind.Literal)
            {
                if (string.Equals(given[i], _segments[i], StringComparison.Ordinal))
                    continue;
                if (!string.Equals(given[i], _segments[i], StringComparison.OrdinalIgnoreCase))
                    return PathMatch.None;
                exact = false;
            }
            else if (given[i].Length == 0)
            {
                return PathMatch.None;
            }
            else if (_kinds[i] == Kind.Tenant)
            {
                tenant = given[i];
            }
        }

        return exact ? PathMatch.Exact : PathMatch.Loose;
    }

    /// <summary>Orders the more specific template first: at the first segment where two differ in kind, a literal stands before
    /// <c>{tenant}</c>, that before <c>{name}</c>, that before <c>**</c>. Zero means that neither is more specific.</summary>
    public static int BySpecificity(PathTemplate left, PathTemplate right)
    {
        for (var i = 0; i <= Math.Max(left._kinds.Length, right._kinds.Length); i++)
        {
            var difference = right.KindAt(i) - left.KindAt(i);
            if (difference != 0)
                return difference;
        }

        return 0;
    }

    private Kind KindAt(int i) => i < _kinds.Length && !(i == _kinds.Length - 1 && _segments[i].Length == 0) ? _kinds[i] : _rest ? Kind.Rest : Kind.End;

    public override string ToString() => Text;
}
