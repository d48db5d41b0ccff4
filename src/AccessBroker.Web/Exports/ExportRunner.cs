using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Threading.Channels;
using AccessBroker.Audit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AccessBroker.Web.Exports;

/// <summary>
/// Makes what was ordered at this server, <see cref="ExportOptions.AtOnce"/> at a time, whether or not anybody still looks on. A server that stops
/// leaves what it was at as interrupted, and nothing half made.
/// </summary>
internal sealed partial class ExportRunner(ExportSpool spool, IServiceScopeFactory scopes, IOptions<ExportOptions> options, TimeProvider time, ILogger<ExportRunner> logger) : BackgroundService
{
    private const int MaxWaiting = 64;
    private static readonly TimeSpan TellEvery = TimeSpan.FromMilliseconds(300), SweepEvery = TimeSpan.FromMinutes(1);

    private readonly Channel<Work> _waiting = Channel.CreateBounded<Work>(MaxWaiting);
    private readonly ConcurrentDictionary<Guid, CancellationTokenSource> _open = new();

    /// <param name="Held">The export's lock, which this server keeps until it is finished.</param>
    private sealed record Work(SpooledExport Export, FileStream Held);

    /// <summary>Puts an export in the queue. False: too many wait, and nothing was done; the lock stays the caller's.</summary>
    public bool TryEnqueue(SpooledExport export, FileStream held)
    {
        var cancel = _open[export.Id] = new CancellationTokenSource();
        if (_waiting.Writer.TryWrite(new Work(export, held)))
            return true;
        _open.TryRemove(export.Id, out _);
        cancel.Dispose();
        return false;
    }

    /// <summary>Stops making it, where it is made here.</summary>
    public void Cancel(Guid id)
    {
        if (_open.TryGetValue(id, out var cancel))
            cancel.Cancel();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var makers = Enumerable.Range(0, options.Value.AtOnce).Select(_ => MakeAllAsync(stoppingToken));
        await Task.WhenAll([.. makers, SweepAsync(stoppingToken)]);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        while (_waiting.Reader.TryRead(out var left)) // who let go of the lock says that it was interrupted
            await left.Held.DisposeAsync();
    }

    private async Task MakeAllAsync(CancellationToken stopping)
    {
        await foreach (var work in _waiting.Reader.ReadAllAsync(stopping))
        {
            await using (work.Held)
            {
                var cancel = _open[work.Export.Id];
                using var both = CancellationTokenSource.CreateLinkedTokenSource(stopping, cancel.Token);
                await MakeAsync(work.Export with { State = ExportState.Running }, both.Token);
                _open.TryRemove(work.Export.Id, out _);
                cancel.Dispose();
            }
        }
    }

    private async Task MakeAsync(SpooledExport export, CancellationToken cancellationToken)
    {
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            spool.Write(export);
            spool.Write(await WriteAsync(export, cancellationToken));
        }
        catch (OperationCanceledException)
        {
            // Removed, or the server stops: the lock that is let go says so.
        }
        catch (Exception e) when (e is DirectoryNotFoundException)
        {
            // Removed at another server.
        }
        catch (PinnedCheckpointException e)
        {
            Fail(export, e.Message);
        }
        catch (Exception e)
        {
            Failed(logger, export.Id, e);
            Fail(export, Explain(e));
        }
    }

    private async Task<SpooledExport> WriteAsync(SpooledExport export, CancellationToken cancellationToken)
    {
        var progress = new Progress(spool, export, time);
        await using var file = spool.OpenForWriting(export.Id);
        await using (var scope = scopes.CreateAsyncScope())
        {
            await using var bounded = new BoundedStream(file, Math.Max(0, options.Value.MaxBytes - spool.Used()));
            await scope.ServiceProvider.GetRequiredService<ExportWriter>().WriteAsync(export.Order, bounded, progress, cancellationToken);
        }
        file.Flush(flushToDisk: true);
        file.Position = 0;
        var hash = await SHA256.HashDataAsync(file, cancellationToken);
        return progress.Last with { State = ExportState.Ready, FinishedAt = time.GetUtcNow(), Done = progress.Last.Total, Bytes = file.Length, Sha256 = Convert.ToHexStringLower(hash) };
    }

    private void Fail(SpooledExport export, string why)
    {
        try
        {
            spool.DeleteData(export.Id);
            spool.Write(export with { State = ExportState.Failed, FinishedAt = time.GetUtcNow(), Error = why });
        }
        catch (IOException e)
        {
            Failed(logger, export.Id, e);
        }
    }

    /// <summary>For the person who waits: what they can act on, and of the rest no more than that it failed.</summary>
    private static string Explain(Exception e) => e switch
    {
        SpoolFullException or SigningStoppedException => e.Message,
        AuditUnavailableException => "The audit log cannot be written at the moment, so nothing is exported. Try again in a minute.",
        InvalidDataException => "What is stored does not verify, so nothing is handed out. Tell the broker's administrator: the server's own log says which entry.",
        _ => "The export failed on the server, whose own log says why. Try again; if it fails again, tell your administrator the export's id.",
    };

    private async Task SweepAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(SweepEvery, time);
        do
        {
            try
            {
                spool.Sweep();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                NotSwept(logger, e);
            }
        }
        while (await timer.WaitForNextTickAsync(stopping));
    }

    /// <summary>Writes progress down so that whoever asks sees it, here or at another server; not more often than people look.</summary>
    private sealed class Progress(ExportSpool spool, SpooledExport export, TimeProvider time) : IProgress<ExportProgress>
    {
        private long _told = time.GetTimestamp();

        public SpooledExport Last { get; private set; } = export;

        public void Report(ExportProgress value)
        {
            Last = Last with { Done = value.Read, Total = value.Total };
            if (time.GetElapsedTime(_told) < TellEvery)
                return;
            spool.Write(Last);
            _told = time.GetTimestamp();
        }
    }

    [LoggerMessage(4001, LogLevel.Error, "The export {Id} failed")]
    private static partial void Failed(ILogger logger, Guid id, Exception exception);

    [LoggerMessage(4002, LogLevel.Warning, "Old exports could not be removed; it is tried again in a minute")]
    private static partial void NotSwept(ILogger logger, Exception exception);
}
