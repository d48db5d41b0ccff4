using AccessBroker.Evidence;
using Microsoft.Extensions.Logging;

namespace AccessBroker.Audit;

/// <summary>
/// The node's one committer thread: takes all that waits, gives it places under the head lock, commits it as one bundle,
/// and only then tells the callers. While the database fails it keeps what records the past and tries again; callers are
/// refused when their time is over.
/// </summary>
/// <remarks>
/// Crash positions: before the commit nothing is there and nobody was told; after it the entries are durable, and intents
/// whose callers were never told get <c>unknown</c> from the reaper.
/// </remarks>
internal sealed partial class Committer : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private readonly IAuditStore _store;
    private readonly ILogKeys _keys;
    private readonly IDataKeys _dataKeys;
    private readonly NodeIdentity _node;
    private readonly TimeProvider _time;
    private readonly AuditHealth _health;
    private readonly AuditMetrics _metrics;
    private readonly ILogger<Committer> _logger;
    private readonly AppendQueue _queue;
    private readonly Queue<HeadsRequest> _heads = new();
    private readonly OpenIntents _open = new();
    private readonly Thread _thread;
    private readonly ITimer _sweeper;
    private volatile PendingAppend[] _inFlight = [];
    private volatile bool _stopping;
    private bool _ended;

    public Committer(
        IAuditStore store, ILogKeys keys, IDataKeys dataKeys, NodeIdentity node, TimeProvider time, AuditHealth health, AuditMetrics metrics,
        Microsoft.Extensions.Options.IOptions<AuditOptions> options, ILogger<Committer> logger)
    {
        (_store, _keys, _dataKeys, _node, _time, _health, _metrics, _logger) = (store, keys, dataKeys, node, time, health, metrics, logger);
        _queue = new AppendQueue(options.Value.QueueLength);
        metrics.Observe(() => _queue.Length);
        _thread = new Thread(Run) { IsBackground = true, Name = "audit committer" };
        _sweeper = time.CreateTimer(_ => RefuseExpired(), null, TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(100));
    }

    public AppendQueue Queue => _queue;

    /// <summary>Entries that wait for a commit or are in one.</summary>
    public int UnderWay => _queue.Length + _inFlight.Length;

    public void Start() => _thread.Start();

    /// <summary>Appends a heads entry, alone in its batch, so that the log's size after it is a checkpoint's size.</summary>
    public Task<HeadsAppended> AppendHeadsAsync()
    {
        var request = new HeadsRequest();
        lock (_heads)
        {
            if (_ended)
                request.TrySetException(new AuditUnavailableException("The audit log is closed."));
            else
                _heads.Enqueue(request);
        }
        _queue.Wake();
        return request.Task;
    }

    /// <summary>Writes what waits and ends the thread.</summary>
    public void Stop(TimeSpan limit)
    {
        _stopping = true;
        _queue.Wake();
        if (_thread.IsAlive)
            _thread.Join(limit);
    }

    public void Dispose()
    {
        Stop(TimeSpan.FromSeconds(5));
        _sweeper.Dispose();
        _queue.Dispose();
    }

    private void Run()
    {
        while (true)
        {
            var batch = _queue.Take(_stopping ? TimeSpan.Zero : TimeSpan.FromSeconds(1));
            if (batch.Count > 0)
                CommitUntilDone(batch);
            if (NextHeads() is { } heads)
                AppendHeads(heads);
            else if (_stopping && batch.Count == 0 && TryEnd())
                return;
        }
    }

    /// <summary>From here on nobody is kept waiting for a thread that is gone.</summary>
    private bool TryEnd()
    {
        lock (_heads)
            return _ended = _heads.Count == 0;
    }

    private void CommitUntilDone(List<PendingAppend> batch)
    {
        _inFlight = [.. batch];
        Batch? unsure = null;
        for (var failures = 0; batch.Count > 0; failures++)
        {
            if (TryCommit(batch, ref unsure, failures) is { } committed)
            {
                Complete(batch, committed);
                if (failures > 0)
                    Recovered(_logger, failures);
                break;
            }
            if (_stopping && failures > 20)
            {
                EntriesLost(_logger, batch.Count(p => p.IsRecordOfThePast));
                batch.ForEach(p => p.Refuse("The broker stops and the audit log cannot be written."));
                break;
            }
            Thread.Sleep(Pause);
            if (unsure is null)
                batch.RemoveAll(p => p.WasAbandoned); // refused meanwhile: what was not written by now never will be
        }
        _inFlight = [];
    }

    /// <returns>Null where nothing was acknowledged; whatever the database said, the caller tries again.</returns>
    private Batch? TryCommit(List<PendingAppend> batch, ref Batch? unsure, int failures)
    {
        try
        {
            if (unsure is not null && _store.WasCommitted(unsure.Bundle.FirstIndex, unsure.Bundle.Headers))
                return unsure;
            unsure = null;
            return Commit(batch, ref unsure);
        }
        catch (Exception e)
        {
            if (failures == 0)
                CommitFailed(_logger, batch.Count, e);
            _health.Failed();
            return null;
        }
    }

    /// <param name="unsure">Set while the answer of a commit is outstanding: if it never comes, the rows may be durable all the same.</param>
    private Batch Commit(List<PendingAppend> waiting, ref Batch? unsure)
    {
        var node = _node.Current;
        PreparedEntry[] entries = [.. waiting.Select(p => EntryUnder(node, p))];
        using var transaction = _store.Begin();
        var head = transaction.Lock(entries.Length, node.Node, [.. entries.Select(e => e.Trail).Distinct()]);
        RequireBoot(head, node);
        var batch = BatchBuilder.Build(head, entries, _keys, Now(), node);
        transaction.Write(batch.Bundle, batch.Frontier.ToBytes(), batch.Time, batch.Trails);
        unsure = batch;
        transaction.Commit();
        unsure = null;
        return batch;
    }

    /// <summary>What is written while this process is <paramref name="node"/>.</summary>
    private PreparedEntry EntryUnder(NodeBoot node, PendingAppend append)
    {
        if (append.Draft.Class != EntryClass.Outcome || !_open.IsReapers(append.Draft.Ref, node))
            return append.Entry;
        OutcomeLate(_logger, append.Draft.Ref);
        return PreparedEntry.From(LateOutcome.Of(append.Draft), _keys, _dataKeys);
    }

    private void Complete(List<PendingAppend> batch, Batch committed)
    {
        _health.Succeeded();
        var now = _time.GetTimestamp();
        var room = 0;
        for (var i = 0; i < batch.Count; i++)
        {
            var append = batch[i];
            if (append.HoldsRoom)
                room++;
            if (append.Draft.Class == EntryClass.Intent)
                _open.Opened(append.Draft.Id, committed.Writer);
            else if (append.Draft.Class == EntryClass.Outcome)
                _open.Closed(append.Draft.Ref);
            if (append.TrySetResult(committed.Appended[i]))
                _metrics.Appended(_time.GetElapsedTime(append.Started, now));
            else if (append.Draft.Class == EntryClass.Intent)
                _queue.AddPastUnbounded(NotForwarded(append.Draft));
        }
        _metrics.Committed(batch.Count);
        _queue.Release(room);
    }

    private void AppendHeads(HeadsRequest request)
    {
        try
        {
            using var transaction = _store.Begin();
            var node = _node.Current;
            var head = transaction.Lock(1, node.Node, trails: null);
            RequireBoot(head, node);
            HeadRecord[] records = [.. head.Trails.Values.Select(t => new HeadRecord(t.Trail, (ulong)t.Count, t.Head)).OrderBy(r => r.Trail)];
            var body = new HeadsBody(HeadRecord.Root(records), records.Length).ToBytes();
            var draft = new EntryDraft(EntryClass.Heads, TrailId.System, Guid.CreateVersion7(_time.GetUtcNow()), Guid.Empty, body);
            var batch = BatchBuilder.Build(head, [PreparedEntry.From(draft, _keys, _dataKeys)], _keys, Now(), node);
            transaction.Write(batch.Bundle, batch.Frontier.ToBytes(), batch.Time, batch.Trails);
            transaction.Commit();
            _health.Succeeded();
            request.TrySetResult(new HeadsAppended(batch.Bundle.FirstIndex, batch.Frontier.Root(), records));
        }
        catch (Exception e) // the publisher tries again at its next tick
        {
            _health.Failed();
            request.TrySetException(new AuditUnavailableException("The heads entry could not be written.", e));
        }
    }

    private HeadsRequest? NextHeads()
    {
        lock (_heads)
            return _heads.TryDequeue(out var request) ? request : null;
    }

    private static void RequireBoot(LockedHead head, NodeBoot node)
    {
        if (head.Boot != node.Boot)
            throw new NodeReapedException(node);
    }

    private void RefuseExpired()
    {
        const string why = "The audit log could not be written in time, so nothing was done.";
        var now = _time.GetTimestamp();
        _queue.RefuseExpired(now, why);
        foreach (var append in _inFlight)
        {
            if (append.Deadline <= now)
                append.Refuse(why);
        }
    }

    private PendingAppend NotForwarded(EntryDraft intent)
    {
        var draft = OutcomeDrafts.NotForwarded(intent, Guid.CreateVersion7(_time.GetUtcNow()));
        return new PendingAppend(draft, PreparedEntry.From(draft, _keys, _dataKeys), _time.GetTimestamp(), long.MaxValue);
    }

    private long Now() => (_time.GetUtcNow().UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / TimeSpan.TicksPerMicrosecond;

    [LoggerMessage(1001, LogLevel.Error, "The audit log could not be written ({Entries} entries wait); requests are refused until it can")]
    private static partial void CommitFailed(ILogger logger, int entries, Exception exception);

    [LoggerMessage(1002, LogLevel.Warning, "The audit log can be written again after {Attempts} attempts")]
    private static partial void Recovered(ILogger logger, int attempts);

    [LoggerMessage(1003, LogLevel.Critical, "The broker stops while the audit log cannot be written: {Outcomes} outcomes are not recorded and will be marked unknown")]
    private static partial void EntriesLost(ILogger logger, int outcomes);

    [LoggerMessage(1004, LogLevel.Warning, "The outcome of intent {Intent} came after another node had declared this process dead: it is kept as alert.outcome_late")]
    private static partial void OutcomeLate(ILogger logger, Guid intent);

    private sealed class HeadsRequest() : TaskCompletionSource<HeadsAppended>(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <param name="Index">The heads entry's index; the checkpoint's size is one more.</param>
/// <param name="Records">Every trail as it stood just before, sorted by trail bytes.</param>
internal sealed record HeadsAppended(long Index, byte[] Root, IReadOnlyList<HeadRecord> Records);

/// <summary>Another node declared this process dead: it may append no more under this boot.</summary>
internal sealed class NodeReapedException(NodeBoot node)
    : Exception($"Node {node.Node} boot {node.Boot} was declared dead by another node and may append no more under this boot.");
