using System.Globalization;

namespace AccessBroker.Web.Search;

/// <summary>Days in UTC, from the first inclusive to the last exclusive; null leaves that side open.</summary>
internal readonly record struct DateRange(DateTimeOffset? From, DateTimeOffset? Until)
{
    /// <summary><c>2026-01-31</c>, <c>2026-01-01..2026-03-31</c> (both days included), or one side left out.</summary>
    public static bool TryParse(string text, out DateRange range)
    {
        range = default;
        var dots = text.IndexOf("..", StringComparison.Ordinal);
        var first = dots < 0 ? text : text[..dots];
        var last = dots < 0 ? text : text[(dots + 2)..];
        if ((first.Length == 0 && last.Length == 0) || !Day(first, out var from) || !Day(last, out var to) || to < from)
            return false;
        range = new DateRange(from, to?.AddDays(1));
        return true;
    }

    private static bool Day(string text, out DateTimeOffset? day)
    {
        day = null;
        if (text.Length == 0)
            return true;
        if (!DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) || date == DateOnly.MaxValue)
            return false;
        day = new DateTimeOffset(date.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
        return true;
    }
}
