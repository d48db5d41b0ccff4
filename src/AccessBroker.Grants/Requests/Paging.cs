using System.Globalization;

namespace AccessBroker.Grants;

/// <summary>Lists go by the log index of what they list: it never repeats, and a page stays the same while new rows arrive.</summary>
internal static class Paging
{
    public static bool TryReadCursor(string? after, out long before)
    {
        before = long.MaxValue;
        return after is null || long.TryParse(after, NumberStyles.None, CultureInfo.InvariantCulture, out before);
    }

    /// <summary>The lower-case name of a state.</summary>
    public static bool TryReadState<T>(string text, out T state)
        where T : struct, Enum
    {
        state = default;
        foreach (var value in Enum.GetValues<T>())
        {
            if (text != Name(value))
                continue;
            state = value;
            return true;
        }
        return false;
    }

    private static string Name<T>(T state)
        where T : struct, Enum => state.ToString().ToLowerInvariant();

    public static Refusal BadCursor { get; } = new(400, "bad-request", "The list cannot be continued from there",
        "'after' is not a value that a list gave as 'next'.", "Leave it out to begin with the newest.");

    public static Refusal BadState<T>(string text)
        where T : struct, Enum => new(400, "bad-request", "There is no such state",
            "'state' is not one that these can have.", $"Use one of {string.Join(", ", Enum.GetNames<T>().Select(n => n.ToLowerInvariant()))}.");
}
