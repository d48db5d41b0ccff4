using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AccessBroker.Audit;

/// <summary>At start and once an hour: carries on with what was interrupted, then removes bodies past their customer's retention.</summary>
internal sealed partial class Retention(
    Eraser eraser, IErasureStore store, AuditMetrics metrics, IOptions<AuditOptions> options, TimeProvider time, ILogger<Retention> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            try
            {
                await RunAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                Failed(logger, e);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        var resumed = await eraser.ResumeAsync(cancellationToken);
        metrics.BodiesRemoved(resumed);
        if (resumed > 0)
            Resumed(logger, resumed);
        foreach (var tenant in await store.TenantsAsync(cancellationToken))
        {
            if (options.Value.RetentionFor(tenant) is not { } retention || options.Value.LegalHold.Contains(tenant))
                continue;
            var removed = await eraser.PruneAsync(tenant, retention, cancellationToken);
            metrics.BodiesRemoved(removed);
            if (removed > 0)
                Pruned(logger, removed, tenant);
        }
    }

    [LoggerMessage(1050, LogLevel.Information, "{Bodies} bodies of {Tenant} are past their retention and were removed; their headers stay")]
    private static partial void Pruned(ILogger logger, long bodies, string tenant);

    [LoggerMessage(1051, LogLevel.Warning, "{Bodies} bodies were still there that the log says are gone; they were removed now")]
    private static partial void Resumed(ILogger logger, long bodies);

    [LoggerMessage(1052, LogLevel.Error, "Removing bodies failed; it will be tried again in an hour")]
    private static partial void Failed(ILogger logger, Exception exception);
}
