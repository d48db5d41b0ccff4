using AccessBroker.Audit;
using Microsoft.Extensions.Hosting;

namespace AccessBroker.Gateway;

/// <summary>Writes the counted refusals to the log, once a minute is over and when the server stops.</summary>
internal sealed class DenialCounter(DenialThrottle throttle, IAuditLog log, TimeProvider time) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(5), time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await WriteAsync(all: false);
        }
        catch (OperationCanceledException)
        {
            await WriteAsync(all: true);
        }
    }

    // Queued, not appended: the refusals are answered already, and while the log is down the counts wait there.
    private async Task WriteAsync(bool all)
    {
        foreach (var counted in throttle.Close(time.GetUtcNow(), all))
            await log.EnqueueAsync(Entries.DeniedMore(counted.Trail, counted.Address, counted.Count, counted.From, counted.To, Guid.CreateVersion7(time.GetUtcNow())), CancellationToken.None);
    }
}
