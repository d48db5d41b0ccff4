using AccessBroker.Audit;
using AccessBroker.Evidence;
using AccessBroker.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace AccessBroker.Crash.Writer;

/// <summary>What a busy broker does to its log: requests with intent and outcome, changes of rows with their entry, exports' checkpoints.</summary>
internal static class Load
{
    private const int Requesters = 12;
    private static readonly TimeSpan Refused = TimeSpan.FromMilliseconds(20);

    public static Task RunAsync(IServiceProvider services)
    {
        var log = services.GetRequiredService<IAuditLog>();
        var contexts = services.GetRequiredService<IDbContextFactory<BrokerDbContext>>();
        var publisher = services.GetRequiredService<CheckpointPublisher>();
        IEnumerable<Func<Task>> callers = [.. Enumerable.Range(0, Requesters).Select(n => (Func<Task>)(() => RequestAsync(log, n))), () => ChangeAsync(log, contexts), () => CheckpointAsync(publisher)];
        return Task.WhenAll(callers.Select(c => Task.Run(() => ForEverAsync(c))));
    }

    /// <summary>A number of entries by many callers at once, with checkpoints between them.</summary>
    public static async Task AppendAsync(IServiceProvider services, int entries)
    {
        var log = services.GetRequiredService<IAuditLog>();
        var publisher = services.GetRequiredService<CheckpointPublisher>();
        await Parallel.ForEachAsync(Enumerable.Range(0, entries), new ParallelOptions { MaxDegreeOfParallelism = Requesters * 4 }, async (n, _) =>
        {
            var tenant = BrokerHost.Tenants[n % BrokerHost.Tenants.Length];
            await UntilDoneAsync(() => AppendOneAsync(log, tenant, n));
            if (n % (entries / 5) == 0)
                await UntilDoneAsync(() => CheckpointAsync(publisher));
        });
    }

    private static async Task AppendOneAsync(IAuditLog log, string tenant, int number)
    {
        var draft = Draft(EntryClass.Event, tenant, Guid.Empty, Body("test.event", tenant).Add("number", number));
        Acknowledgements.Entry(await log.AppendAsync(draft), draft.Body);
    }

    /// <summary>A busy machine may take more than the two seconds that a caller waits: they try again, as people do.</summary>
    private static async Task UntilDoneAsync(Func<Task> call)
    {
        while (true)
        {
            try
            {
                await call();
                return;
            }
            catch (AuditUnavailableException)
            {
                await Task.Delay(Refused);
            }
        }
    }

    private static async Task ForEverAsync(Func<Task> call)
    {
        while (true)
        {
            try
            {
                await call();
            }
            catch (Exception e) when (e.IsStorageUnavailable())
            {
                await Task.Delay(Refused); // its caller gets 503, and nothing was acknowledged
            }
        }
    }

    /// <summary>As the gateway does it: the intent is durable before anything happens, the outcome is queued after.</summary>
    private static async Task RequestAsync(IAuditLog log, int caller)
    {
        var tenant = BrokerHost.Tenants[caller % BrokerHost.Tenants.Length];
        var intent = Draft(EntryClass.Intent, tenant, Guid.Empty, Body("http.intent", tenant).Add("path", new string('x', Random.Shared.Next(300))));
        Acknowledgements.Entry(await log.AppendAsync(intent), intent.Body);
        await Task.Delay(Random.Shared.Next(1, 20)); // the upstream answers
        await log.EnqueueAsync(Draft(EntryClass.Outcome, tenant, intent.Id, Body("http.outcome", tenant).Add("status", 200)));
    }

    /// <summary>As a use case does it: the row and its entry in one transaction. The row carries the entry's id.</summary>
    private static async Task ChangeAsync(IAuditLog log, IDbContextFactory<BrokerDbContext> contexts)
    {
        var draft = Draft(EntryClass.Event, "acme", Guid.Empty, Body("grant.created", "acme"));
        await using var context = await contexts.CreateDbContextAsync();
        await using var transaction = await context.Database.BeginTransactionAsync();
        context.IdempotencyKeys.Add(new IdempotencyRow { PersonId = draft.Id, Key = "crash", CreatedAt = TimeProvider.System.GetUtcNow() });
        await context.SaveChangesAsync();
        var entry = (await log.AppendAsync(transaction.GetDbTransaction(), [draft]))[0];
        await transaction.CommitAsync();
        Acknowledgements.Entry(entry, draft.Body);
        Acknowledgements.Changed(draft.Id);
        await Task.Delay(Random.Shared.Next(10, 60));
    }

    private static async Task CheckpointAsync(CheckpointPublisher publisher)
    {
        Acknowledgements.Checkpoint(await publisher.PublishAsync());
        await Task.Delay(Random.Shared.Next(50, 250));
    }

    private static BodyWriter Body(string kind, string tenant) =>
        new BodyWriter().Add("kind", kind).Add("actor", "00000000-0000-7000-8000-000000000001").Add("tenant", tenant);

    private static EntryDraft Draft(EntryClass entryClass, string tenant, Guid about, BodyWriter body) =>
        new(entryClass, tenant, Guid.CreateVersion7(TimeProvider.System.GetUtcNow()), about, body.ToBytes());
}
