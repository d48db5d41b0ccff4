using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AccessBroker.Audit;

/// <summary>
/// Before anything is served: erases again what a restored backup brought back (AUDIT-LOG.md, Keys). The database knows how much of
/// the journal it carried out, and forgets it when it is put back to an earlier day.
/// </summary>
/// <remarks>Registered after the projector, which the eraser waits for.</remarks>
internal sealed partial class ErasureReplay(
    ErasureJournal journal, Eraser eraser, IErasureStore store, AuditMetrics metrics, IOptions<AuditOptions> options, ILogger<ErasureReplay> logger) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (journal.ReadAll() is not (var id, var lines))
            return;
        var done = await store.ReplayedAsync(id, cancellationToken);
        var held = false;
        for (var line = done; line < lines.Count; line++)
        {
            var order = lines[(int)line];
            if (options.Value.LegalHold.Contains(order.Tenant))
            {
                Held(logger, order.Tenant);
                held = true;
                continue;
            }
            var erased = await eraser.EraseAgainAsync(order, new Told(logger, order.Tenant), cancellationToken);
            metrics.BodiesRemoved(erased);
            if (erased > 0)
                Replayed(logger, erased, order.Tenant);
        }
        if (!held && done < lines.Count)
            await store.MarkReplayedAsync(id, lines.Count, cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private sealed class Told(ILogger logger, string tenant) : IProgress<long>
    {
        public void Report(long value) => Progress(logger, value, tenant);
    }

    [LoggerMessage(1070, LogLevel.Warning, "{Bodies} bodies of {Tenant} that were erased once had come back with a restored backup; they were erased again")]
    private static partial void Replayed(ILogger logger, long bodies, string tenant);

    [LoggerMessage(1071, LogLevel.Error, "Bodies of {Tenant} that were erased once may have come back with a restored backup, and a legal hold keeps them")]
    private static partial void Held(ILogger logger, string tenant);

    [LoggerMessage(1072, LogLevel.Information, "{Bodies} bodies of {Tenant} erased again so far")]
    private static partial void Progress(ILogger logger, long bodies, string tenant);
}
