using System.Security.Cryptography;
using AccessBroker.Evidence;
using Microsoft.Extensions.Logging;

namespace AccessBroker.Audit;

/// <summary>
/// Feeds one receiver: take the stream, say on the trails that it is fed, then batch by batch
/// <code>
///   1 read      the entries after the place that was reached
///   2 announce  which they are, in the database
///   3 send      until the receiver has them, with longer and longer pauses
///   4 advance   the place, in the database
/// </code>
/// Killed between two of them, whoever is next sends the announced batch again under the same id: at least once, never less. Nothing is
/// skipped; a receiver that does not take a batch is asked for ever, seldom where asking again does not help, and the lag shows. What a collector
/// rejects of a batch that it has is not sent again, but counted and told.
/// </summary>
internal sealed partial class StreamFeed(
    ConfiguredStream stream, StreamClient client, IStreamStore store, IAuditRecords records, IAuditLog log, IErasureStore customers, BatchReader reader, string origin,
    AuditMetrics metrics, TimeProvider time, ILogger<StreamFeed> logger)
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(15), Idle = TimeSpan.FromMilliseconds(500), FirstRetry = TimeSpan.FromMilliseconds(500), LongestRetry = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan FirstRefused = TimeSpan.FromSeconds(5), LongestPause = TimeSpan.FromMinutes(5);

    private readonly Guid _holder = Guid.CreateVersion7(time.GetUtcNow());
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);
    private string? _trouble;
    private string _remark = "";
    private int _failures;

    public string Name => stream.Name;

    /// <summary>Entries that the receiver does not have yet; 0 at a node that does not feed it.</summary>
    public long Behind { get; private set; }

    /// <summary>Seconds since the oldest of them was appended.</summary>
    public double SecondsBehind { get; private set; }

    /// <summary>The receiver took what it was sent last.</summary>
    public bool Well => _trouble is null;

    /// <summary>Why not, without names.</summary>
    public string? Trouble => _trouble;

    public async Task RunAsync(CancellationToken stopping)
    {
        try
        {
            while (true)
                await Task.Delay(await StepAsync(stopping), time, stopping);
        }
        finally
        {
            await ReleaseAsync();
        }
    }

    /// <returns>How long to wait before the next step.</returns>
    private async Task<TimeSpan> StepAsync(CancellationToken cancellationToken)
    {
        try
        {
            var (size, _) = await records.ReadHeadAsync(cancellationToken);
            if (await store.TakeAsync(Name, _holder, Lease, stream.FromStart ? 0 : size, cancellationToken) is not { } place)
            {
                (Behind, SecondsBehind, _trouble) = (0, 0, null);
                _told.Clear();
                return Lease / 6;
            }
            await TellAsync(place, cancellationToken);
            return await DeliverAsync(place, size, cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            Broke(logger, Name, e);
            return Failed("cannot be fed: the server's own log says why.");
        }
    }

    private async Task<TimeSpan> DeliverAsync(StreamPlace place, long size, CancellationToken cancellationToken)
    {
        Behind = size - place.Next;
        if (Behind <= 0)
        {
            SecondsBehind = 0;
            return Idle;
        }
        var batch = await reader.ReadAsync(place.Next, size, place.End > place.Next ? place.End : null, cancellationToken);
        SecondsBehind = batch.Lines.Count == 0 ? 0 : Math.Max(0, (EntryTime.FromDate(time.GetUtcNow()) - batch.Lines[0].Time) / 1e6);
        if (batch.Lines.Count > 0)
        {
            foreach (var tenant in batch.Tenants)
                await TellAsync(tenant, cancellationToken);
            if (!await store.AnnounceAsync(Name, _holder, batch.First, batch.End, cancellationToken))
                return Idle; // another node took the stream
            var answer = await client.SendAsync(stream, batch, batch.IdOf(origin, Name), cancellationToken);
            if (answer.Fault is { } why)
                return Failed(why, answer);
            Delivered(batch, answer);
        }
        await store.AdvanceAsync(Name, _holder, batch.First, batch.End, cancellationToken);
        Behind = size - batch.End;
        if (_trouble is not null)
            Recovered(logger, Name);
        (_trouble, _failures) = (null, 0);
        return Behind > 0 ? TimeSpan.Zero : Idle;
    }

    /// <summary>A stream that is new, or sends otherwise than was recorded, is recorded on each trail that it sends before it sends.</summary>
    private async Task TellAsync(StreamPlace place, CancellationToken cancellationToken)
    {
        if (_told.Count > 0)
            return;
        var tenants = (await customers.TenantsAsync(cancellationToken)).Append(TrailId.System).Where(stream.Sends).ToList();
        if (place.Fingerprint == stream.Fingerprint)
        {
            _told.UnionWith(tenants);
            return;
        }
        foreach (var tenant in tenants)
            await TellAsync(tenant, cancellationToken);
        _told.Add(TrailId.System);
        await store.RecordedAsync(Name, _holder, stream.Fingerprint, cancellationToken);
    }

    private async Task TellAsync(string tenant, CancellationToken cancellationToken)
    {
        if (_told.Contains(tenant))
            return;
        var body = new BodyWriter().Add("kind", "audit.exported").Add("actor", TrailId.System).Add("tenant", tenant).Add("form", "stream").Add("stream", Name)
            .Add("receiver", stream.Url.Authority).Add("format", stream.Format.ToString().ToLowerInvariant()).Add("content", stream.Bodies ? "bodies" : "metadata");
        await log.AppendAsync(new EntryDraft(EntryClass.Event, tenant, Guid.CreateVersion7(time.GetUtcNow()), Guid.Empty, body.ToBytes()), cancellationToken);
        _told.Add(tenant);
    }

    private void Delivered(StreamBatch batch, StreamAnswer answer)
    {
        metrics.Streamed(Name, "delivered", batch.Lines.Count - answer.Rejected);
        if (answer.Rejected > 0)
        {
            metrics.Streamed(Name, "rejected", answer.Rejected);
            Rejected(logger, Name, answer.Rejected, batch.Lines.Count, batch.First, batch.End - 1, answer.Remark);
        }
        else if (answer.Remark.Length > 0 && answer.Remark != _remark)
        {
            Warned(logger, Name, answer.Remark);
        }
        _remark = answer.Remark;
    }

    /// <param name="answer">Null where none was got.</param>
    private TimeSpan Failed(string why, StreamAnswer? answer = null)
    {
        metrics.Streamed(Name, "failed", 1);
        if (_trouble != why)
            NotTaken(logger, Name, _trouble = why);
        var (first, longest) = answer is { IsRefused: true } ? (FirstRefused, LongestPause) : (FirstRetry, LongestRetry);
        var pause = Shorter(longest, first * Math.Pow(2, Math.Min(_failures++, 10)));
        if (answer?.Pause > pause)
            pause = Shorter(LongestPause, answer.Pause.Value);
        return pause * (0.75 + (RandomNumberGenerator.GetInt32(500) / 1000.0)); // so that nodes do not ask in step
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private async Task ReleaseAsync()
    {
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(2), time);
            await store.ReleaseAsync(Name, _holder, limit.Token);
        }
        catch (Exception e)
        {
            Broke(logger, Name, e); // the lease ends by itself
        }
    }

    [LoggerMessage(1095, LogLevel.Warning, "The stream {Stream} is not taken: its receiver {Why} It is asked again, and nothing is skipped")]
    private static partial void NotTaken(ILogger logger, string stream, string why);

    [LoggerMessage(1096, LogLevel.Information, "The receiver of the stream {Stream} takes entries again")]
    private static partial void Recovered(ILogger logger, string stream);

    [LoggerMessage(1098, LogLevel.Warning, "The receiver of the stream {Stream} rejects {Rejected} of {Records} records (entries {First} to {Last}), and says: {Remark} They are not sent again")]
    private static partial void Rejected(ILogger logger, string stream, long rejected, int records, long first, long last, string remark);

    [LoggerMessage(1099, LogLevel.Warning, "The receiver of the stream {Stream} takes what it is sent, and says: {Remark}")]
    private static partial void Warned(ILogger logger, string stream, string remark);

    [LoggerMessage(1097, LogLevel.Warning, "The stream {Stream} could not be fed; it is tried again")]
    private static partial void Broke(ILogger logger, string stream, Exception exception);
}
