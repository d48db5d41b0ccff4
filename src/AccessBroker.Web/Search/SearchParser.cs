using System.Net;
using AccessBroker.Access;

namespace AccessBroker.Web.Search;

/// <summary>
/// The search language: <c>customer: actor: grant: ticket: action: method: path: host: outcome: created:a..b ip:</c>,
/// <c>-</c> leaves out, quotes hold words together, anything else is free text. All terms must hold. A term that is not
/// understood is refused by name: a search that silently ignores half of what was asked proves nothing.
/// </summary>
internal static class SearchParser
{
    private const int MaxTerms = 20;
    private const int MaxLength = 500;

    private static readonly Dictionary<string, SearchField> Fields = Enum.GetValues<SearchField>()
        .Where(f => f != SearchField.Text)
        .ToDictionary(f => f.ToString().ToLowerInvariant(), StringComparer.Ordinal);

    /// <summary>Terms in the order typed, or the first one that cannot be understood. Empty text is no term at all.</summary>
    public static BadTerm? Parse(string? text, out IReadOnlyList<SearchTerm> terms)
    {
        var found = new List<SearchTerm>();
        terms = found;
        var rest = (text ?? "").AsSpan();
        if (rest.Length > MaxLength)
            return new BadTerm(rest[..40].ToString() + "…", $"A search has {MaxLength} characters at most.", "Shorten it.");
        while (true)
        {
            rest = rest.TrimStart();
            if (rest.IsEmpty)
                return null;
            if (found.Count == MaxTerms)
                return new BadTerm(rest.ToString(), $"A search has {MaxTerms} terms at most.", "Take this one and those after it out.");
            if (ReadTerm(ref rest, out var term) is { } bad)
                return bad;
            found.Add(term!);
        }
    }

    /// <summary>Takes one term off the front.</summary>
    private static BadTerm? ReadTerm(ref ReadOnlySpan<char> rest, out SearchTerm? term)
    {
        term = null;
        var start = rest;
        var negated = rest[0] == '-';
        if (negated)
            rest = rest[1..];

        var field = SearchField.Text;
        var nameLength = rest.IndexOfAny(": \t\"");
        if (nameLength > 0 && rest[nameLength] == ':')
        {
            var name = rest[..nameLength].ToString();
            if (!Fields.TryGetValue(name, out field))
                return new BadTerm(Word(start), $"There is nothing called '{name}' to search in.",
                    $"Use one of {string.Join(", ", Fields.Keys)}, or put the words in quotes to search for them as they are.");
            rest = rest[(nameLength + 1)..];
        }

        string value;
        if (rest is ['"', ..])
        {
            var end = rest[1..].IndexOf('"');
            if (end < 0)
                return new BadTerm(start.ToString(), "The quotation mark is not closed.", "Add a quotation mark at the end of the words.");
            value = rest.Slice(1, end).ToString();
            rest = rest[(end + 2)..];
        }
        else
        {
            var end = rest.IndexOfAny(' ', '\t');
            value = (end < 0 ? rest : rest[..end]).ToString();
            rest = end < 0 ? [] : rest[end..];
        }

        var source = start[..(start.Length - rest.Length)].ToString();
        if (value.Length == 0)
            return new BadTerm(source, "There is nothing after it to search for.", "Write a value directly after it, or take it out.");
        if (Fault(field, value) is var (problem, next))
            return new BadTerm(source, problem, next);
        term = new SearchTerm(field, value, negated, source);
        return null;
    }

    /// <summary>What is wrong with a value of this field, and what to type instead; null if nothing is.</summary>
    private static (string Problem, string Next)? Fault(SearchField field, string value) => field switch
    {
        SearchField.Customer when !Names.IsId(value) && value != Names.System =>
            ($"'{value}' cannot be a customer's id.", "Ids are lower case letters, digits and single hyphens, such as customer:acme."),
        SearchField.Grant when !Guid.TryParseExact(value, "D", out _) =>
            ($"'{value}' is not the id of a grant.", "Copy it from the grant's page: 36 characters with hyphens."),
        SearchField.Method when !value.All(c => char.IsAsciiLetter(c) || c == '-') =>
            ($"'{value}' is not an HTTP method.", "Write one method, such as method:GET."),
        SearchField.Path when value[0] != '/' =>
            ("A path begins with a slash.", "Write its beginning, such as path:/orgs/acme/orders."),
        SearchField.Outcome when !SearchOutcome.IsKnown(value) =>
            ($"'{value}' is not an outcome.", $"Use one of {string.Join(", ", SearchOutcome.Words)}, or a status such as 404."),
        SearchField.Created when !DateRange.TryParse(value, out _) =>
            ($"'{value}' is not a date or a range of dates.", "Write created:2026-01-31, created:2026-01-01..2026-03-31, created:2026-01-01.. or created:..2026-03-31 (days in UTC)."),
        SearchField.Ip when !IPAddress.TryParse(value, out _) =>
            ($"'{value}' is not an IP address.", "Write one address, such as ip:192.0.2.7."),
        _ => null,
    };

    private static string Word(ReadOnlySpan<char> text)
    {
        var end = text.IndexOfAny(' ', '\t');
        return (end < 0 ? text : text[..end]).ToString();
    }
}
