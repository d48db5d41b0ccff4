using System.Collections.Concurrent;
using AccessBroker.Access;

namespace AccessBroker.Grants;

/// <param name="Connections">Live connections that were open on this node and were cut.</param>
/// <param name="LastByteAt">When the last byte passed through any of them; null where none was open.</param>
/// <param name="Took">From the call until the last of them was cut.</param>
public sealed record CutReport(int Connections, DateTimeOffset? LastByteAt, TimeSpan Took);

/// <summary>
/// The connections (responses in flight, streams, WebSockets, shells) that are open on this node, so that ending a grant
/// or session cuts them at once. What was cut stays cut: a connection that registers after the cut, because its request
/// was decided just before, is cut while it registers.
/// </summary>
public sealed class SessionConnections(TimeProvider time)
{
    /// <summary>No grant lives longer than 8 h, so after this nobody can still hold a request that was decided before the cut.</summary>
    private static readonly TimeSpan Remember = TimeSpan.FromHours(9);

    private readonly ConcurrentDictionary<Connection, byte> _open = new();
    private readonly ConcurrentDictionary<Guid, Cut> _cuts = new(); // by grant or session id: both are UUIDv7 and never equal

    private readonly record struct Cut(TerminationReason Reason, long At);

    /// <summary>Call it before the first byte is forwarded; dispose when the connection ends by itself.</summary>
    /// <param name="session">The session that uses it.</param>
    /// <param name="grant">The session's grant.</param>
    /// <param name="cut">Closes the connection; called at most once, possibly before this method returns. Must be quick and must not throw.</param>
    /// <param name="lastByteAt">When the last byte passed, in either direction.</param>
    public IDisposable Register(Guid session, Guid grant, Action<TerminationReason> cut, Func<DateTimeOffset> lastByteAt)
    {
        var connection = new Connection(this, session, grant, cut, lastByteAt);
        _open[connection] = 0;
        if (_cuts.TryGetValue(grant, out var earlier) || _cuts.TryGetValue(session, out earlier))
            connection.TryCut(earlier.Reason);
        return connection;
    }

    public CutReport CutGrant(Guid grant, TerminationReason reason) => CutWhere(grant, reason, c => c.Grant == grant);

    public CutReport CutSession(Guid session, TerminationReason reason) => CutWhere(session, reason, c => c.Session == session);

    /// <summary>Why this grant or session was cut on this node, or null: what was cut must not be served again, whatever the database still says.</summary>
    internal TerminationReason? CutReasonOf(Guid id) => _cuts.TryGetValue(id, out var cut) ? cut.Reason : null;

    /// <summary>Sessions with a connection open now.</summary>
    internal HashSet<Guid> OpenSessions() => [.. _open.Select(c => c.Key.Session)];

    private CutReport CutWhere(Guid id, TerminationReason reason, Func<Connection, bool> matches)
    {
        var started = time.GetTimestamp();
        Forget(started);
        _cuts.TryAdd(id, new Cut(reason, started)); // before looking: whoever registers from here on sees it
        var cut = 0;
        DateTimeOffset? last = null;
        foreach (var (connection, _) in _open)
        {
            if (!matches(connection) || !connection.TryCut(reason))
                continue;
            cut++;
            var at = connection.LastByteAt();
            last = last is null || at > last ? at : last;
        }
        return new CutReport(cut, last, time.GetElapsedTime(started));
    }

    private void Forget(long now)
    {
        foreach (var (id, cut) in _cuts)
        {
            if (time.GetElapsedTime(cut.At, now) > Remember)
                _cuts.TryRemove(id, out _);
        }
    }

    private sealed class Connection(SessionConnections owner, Guid session, Guid grant, Action<TerminationReason> cut, Func<DateTimeOffset> lastByteAt) : IDisposable
    {
        private int _cut;

        public Guid Session => session;
        public Guid Grant => grant;

        public DateTimeOffset LastByteAt() => lastByteAt();

        public bool TryCut(TerminationReason reason)
        {
            if (Interlocked.Exchange(ref _cut, 1) != 0)
                return false;
            cut(reason);
            return true;
        }

        public void Dispose() => owner._open.TryRemove(this, out _);
    }
}
