using System.Globalization;

namespace Helpdesk;

/// <summary>One page of a list.</summary>
/// <param name="Page">Counted from 1.</param>
/// <param name="Total">How many there are on all pages.</param>
internal sealed record PageOf<T>(int Page, int PageSize, int Total, IReadOnlyList<T> Items)
{
    public static PageOf<T> Of(IReadOnlyList<T> all, int page) =>
        new(page, Paging.PageSize, all.Count, [.. all.Skip((page - 1) * Paging.PageSize).Take(Paging.PageSize)]);
}

/// <summary>The query parameters that lists share: <c>q</c> (part of a text), <c>status</c>, <c>page</c>.</summary>
internal static class Paging
{
    public const int PageSize = 10;
    private const int LastPage = 10_000;

    /// <summary>What is wrong with the parameters, in a sentence, or null; absent ones mean no filter and page 1.</summary>
    public static string? Check(string? status, string[] statuses, string? page, out int number)
    {
        number = 1;
        if (page is not null
            && (!int.TryParse(page, NumberStyles.None, CultureInfo.InvariantCulture, out number) || number is < 1 or > LastPage))
            return $"'page' is a number from 1 to {LastPage}.";
        return status is null || statuses.Contains(status) ? null : $"'status' is one of {string.Join(", ", statuses)}.";
    }

    /// <summary>A pattern for <c>LIKE … ESCAPE '\'</c> that finds the text anywhere, its own wildcards taken literally.</summary>
    public static string Pattern(string? q) =>
        $"%{(q ?? "").Replace(@"\", @"\\").Replace("%", @"\%").Replace("_", @"\_")}%";
}
