using System.Globalization;

namespace AccessBroker.Web.Search;

/// <summary>Values of <c>outcome:</c>.</summary>
internal static class SearchOutcome
{
    /// <summary>allowed: let through; blocked: refused by the broker.</summary>
    public static IReadOnlyList<string> Words { get; } = ["allowed", "blocked"];

    public static bool IsKnown(string value) => value == "denied" || Words.Contains(value) || IsStatus(value);

    /// <summary>An HTTP status that an upstream answered with: 100–599.</summary>
    public static bool IsStatus(string value) =>
        value.Length == 3 && int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var status) && status is >= 100 and <= 599;
}
