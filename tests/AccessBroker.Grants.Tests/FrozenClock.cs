namespace AccessBroker.Grants.Tests;

/// <summary>
/// The time of day stands still until a test moves it; waiting, retries and timers stay real, because what waits here waits
/// for real disks and locks.
/// </summary>
internal sealed class FrozenClock(DateTimeOffset now) : TimeProvider
{
    private DateTimeOffset _now = now;

    public override DateTimeOffset GetUtcNow() => _now;

    public void Advance(TimeSpan by) => _now += by;
}
