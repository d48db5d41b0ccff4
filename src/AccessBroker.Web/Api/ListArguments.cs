using System.Globalization;
using AccessBroker.Grants;

namespace AccessBroker.Web.Api;

/// <summary>Query parameters, read strictly.</summary>
internal static class ListArguments
{
    public const int DefaultLimit = 50;
    public const int MaxLimit = 200;

    /// <summary>1–200, 50 if not given.</summary>
    public static Refusal? Limit(string? text, out int limit)
    {
        limit = DefaultLimit;
        if (text is null || (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) && limit is >= 1 and <= MaxLimit))
            return null;
        return ApiProblems.BadField("limit", $"must be a number from 1 to {MaxLimit}.", "Leave it out for 50; follow 'next' for the rest.");
    }

    /// <summary>Null if not given: as asked.</summary>
    public static Refusal? Minutes(string? text, out int? minutes)
    {
        minutes = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
        return text is null || minutes is not null ? null : ApiProblems.BadField("minutes", "must be a whole number.", "Leave it out for as long as was asked.");
    }

    /// <summary>Names separated by commas; null if not given.</summary>
    public static IReadOnlyList<string>? Names(string? text) =>
        text?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
