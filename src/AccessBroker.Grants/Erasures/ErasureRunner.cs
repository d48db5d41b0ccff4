using AccessBroker.Access;
using AccessBroker.Audit;
using AccessBroker.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AccessBroker.Grants;

/// <summary>Carries out confirmed erasures, one after another; one that a crash interrupted goes on at the next start.</summary>
public sealed partial class ErasureRunner : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(30);
    private readonly IDbContextFactory<BrokerDbContext> _contexts;
    private readonly Eraser _eraser;
    private readonly LogProof _proof;
    private readonly ErasureRules _rules;
    private readonly RecordedChange _changes;
    private readonly TimeProvider _time;
    private readonly ILogger<ErasureRunner> _logger;
    private readonly SemaphoreSlim _wake = new(0);

    internal ErasureRunner(
        IDbContextFactory<BrokerDbContext> contexts, Eraser eraser, LogProof proof, ErasureRules rules, RecordedChange changes, TimeProvider time, ILogger<ErasureRunner> logger) =>
        (_contexts, _eraser, _proof, _rules, _changes, _time, _logger) = (contexts, eraser, proof, rules, changes, time, logger);

    internal void Wake() => _wake.Release();

    public override void Dispose()
    {
        base.Dispose();
        _wake.Dispose();
        GC.SuppressFinalize(this);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                foreach (var order in await ConfirmedAsync(stoppingToken))
                    await CarryOutAsync(order, stoppingToken);
                await _wake.WaitAsync(Every, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                LogFailed(e);
                await Task.Delay(Every, _time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task<List<ErasureOrder>> ConfirmedAsync(CancellationToken cancellationToken)
    {
        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        return await context.Erasures.AsNoTracking().Where(e => e.State == ErasureState.Confirmed).OrderBy(e => e.EntryIndex).ToListAsync(cancellationToken);
    }

    private async Task CarryOutAsync(ErasureOrder order, CancellationToken cancellationToken)
    {
        if (!await _proof.HoldsAsync(order, cancellationToken))
        {
            LogNotInLog(order.Id); // somebody wrote the row into the database: nothing is erased on their word
            return;
        }
        if (_rules.Held(order.Tenant) is not null)
            return;
        if (order.Tenant == Names.System && await ReturnedAsync(order, cancellationToken) is { } why)
        {
            LogReturned(order.Id, why.Detail);
            return;
        }
        var what = new Erasure(order.Tenant, ErasureChoice.Selection(order.What), order.ProposedBy, order.DecidedBy!.Value, order.Authority, order.Reason);
        var erased = await _eraser.EraseAsync(what, null, cancellationToken);
        await _changes.RunAsync<ErasureOrder>(async (context, append, token) =>
        {
            var now = await context.Erasures.SingleAsync(e => e.Id == order.Id, token);
            if (now.State != ErasureState.Confirmed)
                return now;
            (now.State, now.DoneAt, now.Erased, now.Version) = (ErasureState.Done, _time.Now(), now.Erased + erased, now.Version + 1);
            await append(ErasureOrderEntries.Done(now, _time.NewId()));
            return now;
        }, cancellationToken);
        LogDone(order.Id, erased, order.Tenant);
    }

    /// <summary>Between the agreement and now, as behind a legal hold, they may have come back.</summary>
    private async Task<Refusal?> ReturnedAsync(ErasureOrder order, CancellationToken cancellationToken)
    {
        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        return await new StaffLeaving(context, _time).RefusalAsync(ErasureChoice.PersonOf(order.What) ?? Guid.Empty, cancellationToken);
    }

    [LoggerMessage(3063, LogLevel.Warning, "Erasure {Erasure} waits: {Why}")]
    private partial void LogReturned(Guid erasure, string why);

    [LoggerMessage(3060, LogLevel.Information, "Erasure {Erasure} is done: {Bodies} bodies of {Tenant} are gone, their headers stay")]
    private partial void LogDone(Guid erasure, long bodies, string tenant);

    [LoggerMessage(3061, LogLevel.Critical, "Erasure {Erasure} is not what the log says was agreed, so nothing was erased: somebody changed the database")]
    private partial void LogNotInLog(Guid erasure);

    [LoggerMessage(3062, LogLevel.Error, "An erasure could not be carried out; it will be tried again")]
    private partial void LogFailed(Exception exception);
}
