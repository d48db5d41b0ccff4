using AccessBroker.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace AccessBroker.Server.Tests.Log;

/// <summary>A broker that publishes nothing by itself: only the test does.</summary>
public sealed class QuietBroker : IAsyncLifetime
{
    public AccessBrokerFactory Broker { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Broker = await StartAsync();

    public ValueTask DisposeAsync() => Broker.DisposeAsync();

    public static Task<AccessBrokerFactory> StartAsync(IReadOnlyDictionary<string, string?>? settings = null) =>
        AccessBrokerFactory.StartAsync(settings, services => services.AddSingleton<TimeProvider>(new NoTimers()));

    /// <summary>The real clock, by which nothing is ever due.</summary>
    private sealed class NoTimers : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }
}
