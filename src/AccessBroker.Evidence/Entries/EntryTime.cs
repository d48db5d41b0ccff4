using System.Globalization;

namespace AccessBroker.Evidence;

/// <summary>A header's time for people.</summary>
public static class EntryTime
{
    private static readonly long LastMicrosecond = (DateTime.MaxValue.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    /// <summary><c>2026-11-24T03:02:24.123456Z</c>; the bare number where it lies beyond the calendar's end.</summary>
    public static string Format(long microseconds) => microseconds >= 0 && microseconds <= LastMicrosecond
        ? DateTime.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond)
            .ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{microseconds} µs");

    /// <summary>Microseconds since 1970-01-01 UTC.</summary>
    public static long FromDate(DateTimeOffset time) => (time.UtcTicks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;
}
