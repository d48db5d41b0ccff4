using AccessBroker.Storage;

namespace AccessBroker.Grants;

internal static class Clock
{
    /// <summary>
    /// Now, in the whole microseconds that rows and log keep: what is answered, stored and logged is then the same instant.
    /// </summary>
    public static DateTimeOffset Now(this TimeProvider time) => Microseconds.ToInstant(Microseconds.From(time.GetUtcNow()));

    /// <summary>A new UUIDv7 of this instant.</summary>
    public static Guid NewId(this TimeProvider time) => Guid.CreateVersion7(time.GetUtcNow());
}
