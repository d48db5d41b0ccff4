using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AccessBroker.Audit;

/// <summary>Opens the log at start, keeps the node's lease, reaps dead boots, publishes checkpoints, and closes it in order.</summary>
internal sealed partial class AuditLogService(
    Committer committer, CheckpointPublisher publisher, CheckpointSchedule schedule, IAuditLog log, ILogKeys keys, IDataKeys dataKeys,
    IAuditRecords records, IAuditStore store, RestoreCheck restores, NodeIdentity identity, Reaper reaper, AuditHealth health, IEnumerable<IBootReaped> reapListeners,
    IOptions<AuditOptions> options, TimeProvider time, ILogger<AuditLogService> logger) : BackgroundService
{
    private readonly Lock _stopLock = new();
    private Task? _stopping;
    private HeldBoot? _unreapedPast;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await restores.DeclaredAsync(cancellationToken);
        await restores.RequireNothingLostAsync(cancellationToken);
        var claimed = await records.ClaimNodeAsync(options.Value.Node, NodeLease.Length, cancellationToken);
        identity.Current = claimed.Boot;
        MakeKeys();
        committer.Start();
        await CheckClockAsync(cancellationToken);
        health.Succeeded();
        Opened(logger, claimed.Boot.Node, claimed.Boot.Boot);
        await reaper.ReapOwnPastAsync(claimed, cancellationToken);
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
        catch (Exception e) when (e is AuditUnavailableException or InvalidDataException or SigningStoppedException)
        {
            LastCheckpointFailed(logger, e);
        }
        committer.Stop(TimeSpan.FromSeconds(5));
        if (health.Ready)
            await records.ReleaseNodeAsync(identity.Current, cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The first tick comes after the first lease was taken and the past was closed: at start there is nothing to do yet.
        using var timer = new PeriodicTimer(NodeLease.RenewEvery, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await RenewAsync(stoppingToken);
                // By a wrong clock every other node looks dead.
                if (await CheckClockAsync(stoppingToken))
                    await ReapAsync(stoppingToken);
                await schedule.PublishIfDueAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                health.Failed();
                UpkeepFailed(logger, e);
            }
        }
    }

    /// <summary>All that the append path needs and that is made at the first start: under the head lock nothing may be made.</summary>
    private void MakeKeys()
    {
        _ = (keys.FirstOrigin, keys.Signers);
        dataKeys.For(DataKeyOwners.Deployment);
        log.OpenTrail(Evidence.TrailId.System);
    }

    /// <summary>Keeps the lease. Where another node declared this one dead, everything under the lost boot is cut, and it goes on under a new one.</summary>
    internal async Task RenewAsync(CancellationToken cancellationToken)
    {
        if (await records.RenewNodeAsync(identity.Current, NodeLease.Length, cancellationToken))
        {
            health.Succeeded();
            return;
        }
        foreach (var listener in reapListeners)
            listener.BootReaped();
        var lost = identity.Current;
        _unreapedPast = await records.ClaimNodeAsync(options.Value.Node, NodeLease.Length, cancellationToken);
        identity.Current = _unreapedPast.Boot;
        Reclaimed(logger, lost.Node, lost.Boot, identity.Current.Node, identity.Current.Boot);
    }

    /// <summary>Boots of other nodes that expired, and first what this one lost where its reaper got no further.</summary>
    internal async Task ReapAsync(CancellationToken cancellationToken)
    {
        if (_unreapedPast is { } past)
        {
            await reaper.ReapOwnPastAsync(past, cancellationToken);
            _unreapedPast = null;
        }
        await reaper.RunAsync(cancellationToken);
    }

    private async Task<bool> CheckClockAsync(CancellationToken cancellationToken)
    {
        var before = time.GetUtcNow();
        var fault = await store.ReadClockAsync(cancellationToken) is { } database ? ClockSkew.Fault(ClockSkew.Between(before, time.GetUtcNow(), database)) : null;
        health.ClockChecked(fault);
        if (fault is not null)
            ClockIsOff(logger, fault);
        return fault is null;
    }

    [LoggerMessage(1030, LogLevel.Information, "The audit log is open as node {Node}, boot {Boot}")]
    private static partial void Opened(ILogger logger, int node, int boot);

    [LoggerMessage(1031, LogLevel.Warning, "Upkeep of the audit log failed; it will be tried again")]
    private static partial void UpkeepFailed(ILogger logger, Exception exception);

    [LoggerMessage(1032, LogLevel.Error, "Another node declared node {LostNode} boot {LostBoot} dead; this process goes on as node {Node} boot {Boot}")]
    private static partial void Reclaimed(ILogger logger, int lostNode, int lostBoot, int node, int boot);

    [LoggerMessage(1034, LogLevel.Error, "{Fault} The node is not ready and reaps nobody until then")]
    private static partial void ClockIsOff(ILogger logger, string fault);

    [LoggerMessage(1033, LogLevel.Error, "The last checkpoint could not be published at shutdown")]
    private static partial void LastCheckpointFailed(ILogger logger, Exception exception);
}
