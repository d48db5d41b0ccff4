namespace AccessBroker.Storage.Tests;

/// <summary>
/// A clock that moves only when a test says so, and timers that never tick: what a node does every two seconds, the test does by
/// hand. Time that is measured (an append's limit) stays real.
/// </summary>
internal sealed class ManualTime : TimeProvider
{
    private long _ticks = System.GetUtcNow().UtcTicks;

    public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref _ticks), TimeSpan.Zero);

    public void Advance(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new Never();

    private sealed class Never : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}

/// <summary>A clock that is wrong by as much as a test says; everything ticks.</summary>
internal sealed class WrongClock : TimeProvider
{
    public TimeSpan Ahead { get; set; }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Ahead;
}
