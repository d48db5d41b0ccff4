using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AccessBroker.Audit;

/// <summary>Opens the log at start, keeps the node's lease, reaps dead boots, publishes checkpoints, and closes it in order.</summary>
internal sealed partial class AuditLogService(
    Committer committer, CheckpointPublisher publisher, IAuditLog log, ILogKeys keys, IDataKeys dataKeys, IAuditRecords records, NodeIdentity identity,
    Reaper reaper, AuditHealth health,
    IOptions<AuditOptions> options, TimeProvider time, ILogger<AuditLogService> logger) : BackgroundService
{
    /// <summary>How long a node that stopped renewing counts as alive; it renews five times as often.</summary>
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(2);
    private DateTimeOffset _lastCheckpoint = DateTimeOffset.MinValue;
    private readonly Lock _stopLock = new();
    private long _lastSize;
    private Task? _stopping;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        var claimed = await records.ClaimNodeAsync(options.Value.Node, Lease, cancellationToken);
        identity.Current = claimed.Boot;
        MakeKeys();
        committer.Start();
        health.Succeeded();
        Opened(logger, claimed.Boot.Node, claimed.Boot.Boot);
        await reaper.ReapOwnPastAsync(claimed.FirstIndex, cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    /// <summary>Closes once. A host that is disposed while its program still waits for it is stopped by both, at the same time.</summary>
    public override Task StopAsync(CancellationToken cancellationToken)
    {
        lock (_stopLock)
            return _stopping ??= CloseAsync(cancellationToken);
    }

    private async Task CloseAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await publisher.PublishAsync(cancellationToken);
        }
        catch (Exception e) when (e is AuditUnavailableException or InvalidDataException)
        {
            LastCheckpointFailed(logger, e);
        }
        committer.Stop(TimeSpan.FromSeconds(5));
        if (health.Ready)
            await records.ReleaseNodeAsync(identity.Current, cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Tick, time);
        do
        {
            try
            {
                await RenewAsync(stoppingToken);
                await reaper.RunAsync(stoppingToken);
                await PublishIfDueAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                health.Failed(e.Message);
                UpkeepFailed(logger, e);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>All that the append path needs and that is made at the first start: under the head lock nothing may be made.</summary>
    private void MakeKeys()
    {
        _ = (keys.FirstOrigin, keys.Signers);
        dataKeys.For(DataKeyOwners.Deployment);
        log.OpenTrail(Evidence.TrailId.System);
    }

    private async Task RenewAsync(CancellationToken cancellationToken)
    {
        if (await records.RenewNodeAsync(identity.Current, Lease, cancellationToken))
        {
            health.Succeeded();
            return;
        }
        var lost = identity.Current;
        identity.Current = (await records.ClaimNodeAsync(options.Value.Node, Lease, cancellationToken)).Boot;
        Reclaimed(logger, lost.Node, lost.Boot, identity.Current.Node, identity.Current.Boot);
    }

    /// <summary>Every 10 s while entries arrive, hourly when idle; a heads entry alone triggers none.</summary>
    private async Task PublishIfDueAsync(CancellationToken cancellationToken)
    {
        var (size, _) = await records.ReadHeadAsync(cancellationToken);
        var age = time.GetUtcNow() - _lastCheckpoint;
        var due = size > _lastSize ? age >= options.Value.CheckpointInterval : age >= options.Value.IdleCheckpointInterval;
        if (!due || size == 0)
            return;
        var publication = await publisher.PublishAsync(cancellationToken);
        (_lastCheckpoint, _lastSize) = (publication.At, publication.Size);
    }

    [LoggerMessage(1030, LogLevel.Information, "The audit log is open as node {Node}, boot {Boot}")]
    private static partial void Opened(ILogger logger, int node, int boot);

    [LoggerMessage(1031, LogLevel.Warning, "Upkeep of the audit log failed; it will be tried again")]
    private static partial void UpkeepFailed(ILogger logger, Exception exception);

    [LoggerMessage(1032, LogLevel.Error, "Another node declared node {LostNode} boot {LostBoot} dead; this process goes on as node {Node} boot {Boot}")]
    private static partial void Reclaimed(ILogger logger, int lostNode, int lostBoot, int node, int boot);

    [LoggerMessage(1033, LogLevel.Error, "The last checkpoint could not be published at shutdown")]
    private static partial void LastCheckpointFailed(ILogger logger, Exception exception);
}
