using AccessBroker.Evidence;

namespace AccessBroker.Audit;

/// <summary>
/// What waits for the next commit. Intents and events have callers and deadlines; outcomes and endings record the past,
/// have a bounded queue of their own, and are never dropped.
/// </summary>
internal sealed class AppendQueue(int capacity) : IDisposable
{
    /// <summary>AUDIT-LOG.md, Storage: what one commit takes at most.</summary>
    private const int MaxEntries = 4096;
    private const int MaxBytes = 4 << 20;

    private readonly Lock _gate = new();
    private readonly Queue<PendingAppend> _waiting = new();
    private readonly Queue<PendingAppend> _past = new();
    private readonly SemaphoreSlim _pastRoom = new(capacity, capacity);
    private readonly AutoResetEvent _arrived = new(false);

    /// <summary>The committer found nothing and waits for <see cref="_arrived"/>. Under load it never does, and signalling costs more than queueing.</summary>
    private bool _sleeps;

    public int Length
    {
        get
        {
            lock (_gate)
                return _waiting.Count + _past.Count;
        }
    }

    /// <returns>False where the queue is full: the caller is refused at once.</returns>
    public bool TryAdd(PendingAppend append)
    {
        bool sleeps;
        lock (_gate)
        {
            if (_waiting.Count >= capacity)
                return false;
            _waiting.Enqueue(append);
            sleeps = Awaken();
        }
        if (sleeps)
            _arrived.Set();
        return true;
    }

    /// <summary>Waits while the queue of the past is full: that is what slows new requests down.</summary>
    public async ValueTask AddPastAsync(PendingAppend append, CancellationToken cancellationToken)
    {
        await _pastRoom.WaitAsync(cancellationToken);
        append.HoldsRoom = true;
        AddPastUnbounded(append);
    }

    /// <summary>For the log's own follow-ups, which must not wait for themselves.</summary>
    public void AddPastUnbounded(PendingAppend append)
    {
        bool sleeps;
        lock (_gate)
        {
            _past.Enqueue(append);
            sleeps = Awaken();
        }
        if (sleeps)
            _arrived.Set();
    }

    /// <summary>Gives back the room of entries that left for good.</summary>
    public void Release(int count)
    {
        if (count > 0)
            _pastRoom.Release(count);
    }

    public void Wake() => _arrived.Set();

    /// <summary>Takes what is there, waiting up to <paramref name="limit"/> for the first entry. The past goes after what callers wait for.</summary>
    public List<PendingAppend> Take(TimeSpan limit)
    {
        var batch = TakeNow(sleepIfNone: true);
        if (batch.Count > 0)
            return batch;
        _arrived.WaitOne(limit);
        return TakeNow(sleepIfNone: false);
    }

    /// <summary>Refuses callers whose time is over; their entries are never written.</summary>
    public void RefuseExpired(long now, string why)
    {
        lock (_gate)
        {
            while (_waiting.TryPeek(out var first) && first.Deadline <= now)
                _waiting.Dequeue().Refuse(why);
        }
    }

    public void Dispose()
    {
        _pastRoom.Dispose();
        _arrived.Dispose();
    }

    /// <summary>Under the gate, so that no entry comes between the committer's last look and its sleep unnoticed.</summary>
    private bool Awaken()
    {
        var slept = _sleeps;
        _sleeps = false;
        return slept;
    }

    private List<PendingAppend> TakeNow(bool sleepIfNone)
    {
        lock (_gate)
        {
            var batch = new List<PendingAppend>(Math.Min(_waiting.Count + _past.Count, MaxEntries));
            var bytes = 0;
            Move(_waiting, batch, ref bytes);
            Move(_past, batch, ref bytes);
            _sleeps = sleepIfNone && batch.Count == 0;
            return batch;
        }
    }

    private static void Move(Queue<PendingAppend> from, List<PendingAppend> batch, ref int bytes)
    {
        while (batch.Count < MaxEntries && bytes < MaxBytes && from.TryDequeue(out var append))
        {
            if (append.WasAbandoned)
                continue;
            batch.Add(append);
            bytes += append.Entry.SealedBody.Length + EntryHeader.Size;
        }
    }
}
