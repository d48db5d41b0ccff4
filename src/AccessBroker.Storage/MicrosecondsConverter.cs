using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace AccessBroker.Storage;

/// <summary>Instants as microseconds since 1970-01-01 UTC, on every provider: SQLite cannot order a DateTimeOffset, Npgsql refuses other offsets.</summary>
public sealed class MicrosecondsConverter() : ValueConverter<DateTimeOffset, long>(
    value => Microseconds.From(value),
    value => Microseconds.ToInstant(value));

/// <summary>The log's unit of time.</summary>
public static class Microseconds
{
    private static readonly long Epoch = DateTimeOffset.UnixEpoch.UtcTicks;

    public static long From(DateTimeOffset value) => (value.UtcTicks - Epoch) / TimeSpan.TicksPerMicrosecond;

    public static DateTimeOffset ToInstant(long microseconds) => new(Epoch + (microseconds * TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);
}
