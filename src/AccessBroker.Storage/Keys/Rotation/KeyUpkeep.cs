using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AccessBroker.Storage;

/// <summary>Takes up rotations that another process made, within seconds and without a restart, and ends checkpoint keys whose time is over.</summary>
internal sealed partial class KeyUpkeep(
    LogKeys logKeys, CheckpointRotation checkpoints, DatabaseKeys dataKeys, NodeKeys nodeKeys, Audit.IRunningNode node, TimeProvider time, ILogger<KeyUpkeep> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                if (node.Boot is not null) // the log is open
                    await RunAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                Failed(e);
            }
        }
    }

    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        await dataKeys.RefreshAsync(cancellationToken);
        await logKeys.RefreshAsync(cancellationToken);
        await checkpoints.RetireAsync(cancellationToken);
        await nodeKeys.SayAsync(cancellationToken);
    }

    [LoggerMessage(2032, LogLevel.Warning, "Whether keys were rotated could not be looked up; it will be tried again")]
    private partial void Failed(Exception exception);
}
