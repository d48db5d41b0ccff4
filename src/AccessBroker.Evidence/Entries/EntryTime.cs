using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace AccessBroker.Evidence;

/// <summary>A header's time for people.</summary>
public static class EntryTime
{
    private static readonly long LastMicrosecond = (DateTime.MaxValue.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    /// <summary>The most bytes that a time takes as text.</summary>
    internal const int MaxLength = 28;

    /// <summary><c>2026-11-24T03:02:24.123456Z</c>; the bare number where it lies beyond the calendar's end.</summary>
    public static string Format(long microseconds)
    {
        Span<byte> utf8 = stackalloc byte[MaxLength];
        return Encoding.UTF8.GetString(utf8[..Format(microseconds, utf8)]);
    }

    /// <summary>The same as UTF-8; returns how many bytes of <see cref="MaxLength"/> it took.</summary>
    internal static int Format(long microseconds, Span<byte> utf8)
    {
        int length;
        if (microseconds >= 0 && microseconds <= LastMicrosecond)
        {
            // The round-trip form has a seventh digit after the second, which is zero here.
            DateTime.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond).TryFormat(utf8, out length, "O", CultureInfo.InvariantCulture);
            utf8[length - 2] = (byte)'Z';
            return length - 1;
        }
        Utf8Formatter.TryFormat(microseconds, utf8, out length);
        " µs"u8.CopyTo(utf8[length..]);
        return length + " µs"u8.Length;
    }

    /// <summary>Microseconds since 1970-01-01 UTC.</summary>
    public static long FromDate(DateTimeOffset time) => (time.UtcTicks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;
}
