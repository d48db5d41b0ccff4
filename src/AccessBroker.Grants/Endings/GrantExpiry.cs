using System.Collections.Concurrent;
using AccessBroker.Access;
using AccessBroker.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AccessBroker.Grants;

/// <summary>
/// The end of grants by the clock: cuts their connections on this node at the very instant, and records
/// <c>grant.expired</c> and <c>session.ended</c>, once among all nodes.
/// </summary>
internal sealed partial class GrantExpiry(
    IDbContextFactory<BrokerDbContext> contexts, RecordedChange changes, SessionConnections connections, TimeProvider time, ILogger<GrantExpiry> logger)
    : BackgroundService
{
    private static readonly TimeSpan SweepEvery = TimeSpan.FromSeconds(2);
    private const int Batch = 100;

    private readonly ConcurrentDictionary<Guid, ITimer> _timers = new();

    /// <summary>Cuts the grant's connections when it is over. Watching it twice is watching it once.</summary>
    public void Watch(Grant grant)
    {
        var left = grant.NotAfter - time.GetUtcNow();
        if (left <= TimeSpan.Zero || _timers.ContainsKey(grant.Id))
            return;
        var timer = time.CreateTimer(Cut, grant.Id, left, Timeout.InfiniteTimeSpan);
        if (!_timers.TryAdd(grant.Id, timer))
            timer.Dispose();
    }

    private void Cut(object? grant)
    {
        connections.CutGrant((Guid)grant!, TerminationReason.GrantExpired);
        if (_timers.TryRemove((Guid)grant, out var timer))
            timer.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await SweepAsync(stoppingToken);
                await Task.Delay(SweepEvery, time, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                LogFailed(e); // what was not recorded is found again by the next sweep
                await Task.Delay(SweepEvery, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Records what is over. A grant that expired keeps no <see cref="Grant.EndedAs"/>; its <see cref="Grant.EndedAt"/> says that this is recorded.</summary>
    internal async Task SweepAsync(CancellationToken cancellationToken)
    {
        List<Guid> over;
        await using (var context = await contexts.CreateDbContextAsync(cancellationToken))
        {
            var now = time.Now();
            over = await context.Grants.Where(g => g.NotAfter <= now && g.EndedAt == null && g.EndedAs == null)
                .OrderBy(g => g.NotAfter).Select(g => g.Id).Take(Batch).ToListAsync(cancellationToken);
        }
        foreach (var id in over)
        {
            await changes.RunAsync<EndingRecord>(async (context, append, token) =>
            {
                var grant = await context.Grants.SingleAsync(g => g.Id == id, token);
                if (grant.EndedAt is not null || grant.EndedAs is not null)
                    return new EndingRecord(null);
                grant.EndedAt = grant.NotAfter;
                grant.Version++;
                var sessions = await SessionEnding.EndAllAsync(
                    context, grant, TerminationReason.GrantExpired, Names.System, grant.NotAfter, time, token);
                var expired = GrantEntries.Ended(grant, GrantState.Expired, Names.System, grant.NotAfter, cut: null, time.NewId());
                var entries = await append([expired, .. sessions]);
                return new EndingRecord(entries[0].Index);
            }, cancellationToken);
        }
    }

    public override void Dispose()
    {
        foreach (var timer in _timers.Values)
            timer.Dispose();
        base.Dispose();
    }

    [LoggerMessage(3030, LogLevel.Warning, "Ended grants could not be recorded yet; trying again.")]
    private partial void LogFailed(Exception exception);
}
