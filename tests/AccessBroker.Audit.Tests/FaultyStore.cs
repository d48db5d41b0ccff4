using System.Data.Common;
using AccessBroker.Evidence;
using AccessBroker.TransparencyLog;

namespace AccessBroker.Audit.Tests;

/// <summary>An audit store in memory that fails where a test says so: the faults that a real database shows only by chance.</summary>
internal sealed class FaultyStore : IAuditStore
{
    private readonly Lock _gate = new();
    private readonly List<Bundle> _bundles = [];
    private readonly Dictionary<Hash32, TrailHead> _trails = [];
    private Frontier _frontier = new();
    private long _time;

    /// <summary>Runs before a transaction begins: throw to be a database that is down, block to be a slow one.</summary>
    public Action BeforeBegin { get; set; } = () => { };

    /// <summary>Runs after rows became durable: throw to lose the answer of a commit.</summary>
    public Action AfterCommit { get; set; } = () => { };

    public int Boot { get; set; } = 1;

    public IReadOnlyList<StoredEntry> Entries
    {
        get
        {
            lock (_gate)
                return [.. _bundles.SelectMany(StoredEntry.In)];
        }
    }

    public IAuditTransaction Begin()
    {
        BeforeBegin();
        return new Transaction(this);
    }

    public IAuditTransaction Join(DbTransaction transaction) => throw new NotSupportedException("The committer never joins a transaction.");

    public bool WasCommitted(long firstIndex, ReadOnlySpan<byte> headers)
    {
        lock (_gate)
        {
            foreach (var bundle in _bundles)
            {
                if (bundle.FirstIndex == firstIndex)
                    return headers.SequenceEqual(bundle.Headers);
            }
        }
        return false;
    }

    public Task RequireDurabilityAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<DateTimeOffset?> ReadClockAsync(CancellationToken cancellationToken) => Task.FromResult<DateTimeOffset?>(null);

    private sealed class Transaction(FaultyStore store) : IAuditTransaction
    {
        private Bundle? _bundle;
        private byte[] _frontierAfter = [];
        private IReadOnlyCollection<TrailHead> _changed = [];
        private long _timeAfter;

        public LockedHead Lock(int count, int node, IReadOnlyCollection<Hash32>? trails)
        {
            var size = (long)store._frontier.Size;
            var found = store._trails.Where(t => trails is null || trails.Contains(t.Key)).ToDictionary();
            return new LockedHead(size, store._frontier.ToBytes(), store._time, store.Boot, found);
        }

        public int ReadBoot(int node) => store.Boot;

        public void Write(Bundle bundle, byte[] frontier, long time, IReadOnlyCollection<TrailHead> changedTrails) =>
            (_bundle, _frontierAfter, _timeAfter, _changed) = (bundle, frontier, time, changedTrails);

        public void Commit()
        {
            lock (store._gate)
            {
                store._bundles.Add(_bundle!);
                store._frontier = Frontier.FromBytes((ulong)(_bundle!.FirstIndex + _bundle.Count), _frontierAfter);
                store._time = _timeAfter;
                foreach (var trail in _changed)
                    store._trails[trail.Trail] = trail with { IsNew = false };
            }
            store.AfterCommit();
        }

        public void Dispose()
        {
        }
    }
}
