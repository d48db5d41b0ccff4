using Microsoft.Extensions.Hosting;

namespace AccessBroker.Grants;

/// <summary>Looks at the database every 500 ms while sessions are in use.</summary>
internal sealed class LiveSessionWatch(LiveSessions sessions, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(500);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Every, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!stoppingToken.IsCancellationRequested)
                await Task.Run(() => sessions.RefreshAsync(stoppingToken), CancellationToken.None);
        }
    }
}
