using AccessBroker.Access;
using AccessBroker.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AccessBroker.Grants;

/// <summary>Silence denies: records <c>request.expired</c> for what nobody answered in time, and clears codes that nobody used.</summary>
internal sealed partial class RequestExpiry(
    IDbContextFactory<BrokerDbContext> contexts, RecordedChange changes, TimeProvider time, ILogger<RequestExpiry> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(30);
    private const int Batch = 100;

    public static void Expire(AccessRequest request)
    {
        request.State = RequestState.Expired;
        request.DecidedAt = request.ExpiresAt;
        request.Version++;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await SweepAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                LogFailed(e); // meanwhile an expired request is one by its time alone
            }
            catch (OperationCanceledException)
            {
                return;
            }
            await Task.Delay(Every, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    internal async Task SweepAsync(CancellationToken cancellationToken)
    {
        List<Guid> over;
        await using (var context = await contexts.CreateDbContextAsync(cancellationToken))
        {
            var now = time.Now();
            over = await context.Requests.Where(r => r.State == RequestState.Pending && r.ExpiresAt <= now)
                .OrderBy(r => r.ExpiresAt).Select(r => r.Id).Take(Batch).ToListAsync(cancellationToken);
            var codes = await context.BrowserCodes.Where(c => c.ExpiresAt <= now).Take(Batch).ToListAsync(cancellationToken);
            if (codes.Count > 0)
            {
                context.BrowserCodes.RemoveRange(codes);
                await SaveIgnoringConflictsAsync(context, cancellationToken);
            }
        }
        foreach (var id in over)
        {
            await changes.RunAsync<AccessRequest>(async (context, append, token) =>
            {
                var request = await context.Requests.SingleAsync(r => r.Id == id, token);
                if (request.State != RequestState.Pending)
                    return request;
                Expire(request);
                await append(RequestEntries.Expired(request, time.NewId()));
                return request;
            }, cancellationToken);
        }
    }

    private static async Task SaveIgnoringConflictsAsync(BrokerDbContext context, CancellationToken cancellationToken)
    {
        try
        {
            await context.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateConcurrencyException)
        {
            // another node cleared them
        }
    }

    [LoggerMessage(3050, LogLevel.Warning, "Expired requests could not be recorded yet; trying again.")]
    private partial void LogFailed(Exception exception);
}
