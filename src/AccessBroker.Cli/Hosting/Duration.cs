using System.Globalization;

namespace AccessBroker.Cli;

/// <summary>How long, as people type it: <c>15m</c>, <c>1h</c>, <c>1h30m</c>, <c>90s</c>; a bare number is minutes.</summary>
internal static class Duration
{
    public static TimeSpan Parse(string text)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var minutes))
            return Positive(TimeSpan.FromMinutes(minutes), text);

        var total = TimeSpan.Zero;
        var number = "";
        foreach (var c in text)
        {
            if (char.IsAsciiDigit(c) && number.Length < 6)
            {
                number += c;
                continue;
            }
            if (number.Length == 0) throw Unreadable(text);
            var value = int.Parse(number, CultureInfo.InvariantCulture);
            total += c switch
            {
                'h' => TimeSpan.FromHours(value),
                'm' => TimeSpan.FromMinutes(value),
                's' => TimeSpan.FromSeconds(value),
                _ => throw Unreadable(text),
            };
            number = "";
        }
        return number.Length == 0 ? Positive(total, text) : throw Unreadable(text);
    }

    /// <summary>Access is given in whole minutes.</summary>
    public static int ParseMinutes(string text)
    {
        var span = Parse(text);
        return span.Ticks % TimeSpan.TicksPerMinute == 0
            ? (int)span.TotalMinutes
            : throw CliException.Usage($"Access is given in whole minutes, and \"{text}\" is not.", "For example --for 15m.");
    }

    private static TimeSpan Positive(TimeSpan span, string text) => span > TimeSpan.Zero ? span : throw Unreadable(text);

    private static CliException Unreadable(string text) =>
        CliException.Usage($"\"{text}\" is not a length of time.", "Write 15m, 1h or 1h30m.");
}
