using System.Globalization;
using AccessBroker.Grants;

namespace AccessBroker.Web.Pages.Shared;

/// <summary>Moments and spans as people say them.</summary>
internal static class Times
{
    /// <summary>"14:07 UTC" today, "12 March 2026, 14:07 UTC" otherwise.</summary>
    public static string Text(DateTimeOffset at, DateTimeOffset now) =>
        at.UtcDateTime.ToString(at.UtcDateTime.Date == now.UtcDateTime.Date ? "HH:mm 'UTC'" : "d MMMM yyyy, HH:mm 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>"14:07:31 UTC", or with the day before it where that is not today.</summary>
    public static string Precise(DateTimeOffset at, DateTimeOffset now) =>
        at.UtcDateTime.ToString(at.UtcDateTime.Date == now.UtcDateTime.Date ? "HH:mm:ss 'UTC'" : "yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>"11 h", "25 min", "less than a minute": what is left until then.</summary>
    public static string Left(DateTimeOffset until, DateTimeOffset now)
    {
        var left = until - now;
        if (left < TimeSpan.FromMinutes(1))
            return left <= TimeSpan.Zero ? "over" : "less than a minute";
        return left >= TimeSpan.FromHours(2) ? $"{(int)left.TotalHours} h" : RequestWords.Duration((int)left.TotalMinutes);
    }

    /// <summary>"0.4 s".</summary>
    public static string Seconds(double milliseconds) => (milliseconds / 1000).ToString("0.0##", CultureInfo.InvariantCulture) + " s";
}
