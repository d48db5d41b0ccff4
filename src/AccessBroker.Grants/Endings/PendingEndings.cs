using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AccessBroker.Grants;

/// <summary>
/// Writes endings, and keeps those that the log or database does not take until it does: revoke, cancel and deny work
/// while the audit store is broken (AUDIT-LOG.md, promise 1). The queue lives in memory; at shutdown it has 5 s to empty.
/// </summary>
internal sealed partial class PendingEndings(RecordedChange changes, TimeProvider time, ILogger<PendingEndings> logger) : BackgroundService
{
    /// <summary>How long the person who ends something waits for its record. Real time.</summary>
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan RetryEvery = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);

    private readonly Channel<Waiting> _queue = Channel.CreateUnbounded<Waiting>();
    private readonly ConcurrentDictionary<Guid, IEnding> _unwritten = new();

    private sealed record Waiting(IEnding Ending, TaskCompletionSource<long?> Written)
    {
        public int Failures { get; set; }
    }

    /// <summary>Endings whose record is still to be written.</summary>
    public int Count => _unwritten.Count;

    /// <summary>The unwritten ending of a grant, session or request, so that this node already shows it as ended.</summary>
    public T? Find<T>(Guid about)
        where T : class, IEnding => _unwritten.GetValueOrDefault(about) as T;

    /// <summary>Queues the ending and waits a little for it.</summary>
    /// <returns>The entry's index; null where it is not written yet, or was ended before.</returns>
    public async Task<long?> RecordAsync(IEnding ending)
    {
        var waiting = new Waiting(ending, new(TaskCreationOptions.RunContinuationsAsynchronously));
        if (!_unwritten.TryAdd(ending.About, ending))
            return null; // the same ending already waits
        _queue.Writer.TryWrite(waiting);
        try
        {
            return await waiting.Written.Task.WaitAsync(Wait);
        }
        catch (TimeoutException)
        {
            LogWaiting(ending.GetType().Name, ending.About);
            return null;
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var last = new CancellationTokenSource();
        await using var _ = stoppingToken.Register(() => last.CancelAfter(Farewell));
        try
        {
            while (await _queue.Reader.WaitToReadAsync(stoppingToken))
                await WriteWaitingAsync(last.Token);
        }
        catch (OperationCanceledException)
        {
            await WriteWaitingAsync(last.Token);
        }
        foreach (var (about, ending) in _unwritten)
            LogLost(ending.GetType().Name, about);
    }

    private async Task WriteWaitingAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested && _queue.Reader.TryRead(out var waiting))
        {
            try
            {
                var outcome = await changes.RunPatientlyAsync(waiting.Ending.Write, cancellationToken);
                if (!outcome.Succeeded)
                    throw new InvalidOperationException(outcome.Refusal.Detail);
                _unwritten.TryRemove(waiting.Ending.About, out _);
                waiting.Written.TrySetResult(outcome.Value.EntryIndex);
            }
            catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                // Whatever it was, the ending must be written: to the end of the queue, so that one cannot block the rest.
                if (waiting.Failures++ % 240 == 0) // at once, then once a minute
                    LogRetry(e, waiting.Ending.GetType().Name, waiting.Ending.About);
                _queue.Writer.TryWrite(waiting);
                await Task.Delay(RetryEvery, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    [LoggerMessage(3010, LogLevel.Warning, "{Kind} of {About} took effect; its record waits for the audit log.")]
    private partial void LogWaiting(string kind, Guid about);

    [LoggerMessage(3011, LogLevel.Warning, "{Kind} of {About} could not be recorded yet; trying again.")]
    private partial void LogRetry(Exception exception, string kind, Guid about);

    [LoggerMessage(3012, LogLevel.Critical, "{Kind} of {About} took effect and could not be recorded before the server stopped. Repeat it after the start.")]
    private partial void LogLost(string kind, Guid about);
}
