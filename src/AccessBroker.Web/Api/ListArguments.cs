using System.Globalization;
using AccessBroker.Grants;

namespace AccessBroker.Web.Api;

/// <summary>Query parameters that every list has.</summary>
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
}
