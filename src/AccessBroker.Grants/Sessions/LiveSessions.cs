using System.Collections.Concurrent;
using AccessBroker.Access;
using AccessBroker.Audit;
using AccessBroker.Storage;
using Microsoft.Extensions.Logging;

namespace AccessBroker.Grants;

/// <summary>
/// The sessions in use on this node, in memory. A row counts only after it was held against the log
/// (<see cref="DenyReason.NotInLog"/>); <see cref="RefreshAsync"/> reads it again every 500 ms, so that what ended on
/// another node ends here, and a node that cannot reach the database for 5 s ends all it serves.
/// </summary>
public sealed partial class LiveSessions : IBootReaped
{
    internal static readonly TimeSpan LostAfter = TimeSpan.FromSeconds(5);
    internal static readonly TimeSpan ProveAgainAfter = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ForgetAfter = TimeSpan.FromSeconds(60);

    private readonly SessionLoader _loader;
    private readonly LogProof _proof;
    private readonly SessionConnections _connections;
    private readonly GrantExpiry _expiry;
    private readonly PendingEndings _endings;
    private readonly TimeProvider _time;
    private readonly ILogger<LiveSessions> _logger;
    private readonly ConcurrentDictionary<Guid, Known> _known = new();
    private readonly ConcurrentDictionary<Guid, Lazy<Task<LiveSession>>> _loading = new();
    private long _lastContact;

    internal LiveSessions(
        SessionLoader loader, LogProof proof, SessionConnections connections, GrantExpiry expiry, PendingEndings endings,
        TimeProvider time, ILogger<LiveSessions> logger)
    {
        (_loader, _proof, _connections, _expiry, _endings, _time, _logger) = (loader, proof, connections, expiry, endings, time, logger);
        _lastContact = time.GetTimestamp();
    }

    private sealed class Known(LiveSession live, long now)
    {
        public LiveSession Live = live;
        public long Used = now;
        public long Proved = now;
    }

    /// <summary>The session as it is now. From memory without allocating, but for its first use.</summary>
    /// <exception cref="AuditUnavailableException">Its first use, and the database cannot be read.</exception>
    public ValueTask<LiveSession> FindAsync(Guid session, CancellationToken cancellationToken)
    {
        if (!_known.TryGetValue(session, out var known))
            return LoadAsync(session, cancellationToken);
        known.Used = _time.GetTimestamp();
        return ValueTask.FromResult(AsOfNow(known.Live));
    }

    /// <summary>One look-up however many requests come at once: a session that was forgotten would else take every database connection under load.</summary>
    private async ValueTask<LiveSession> LoadAsync(Guid session, CancellationToken cancellationToken)
    {
        var loading = _loading.GetOrAdd(session, id => new Lazy<Task<LiveSession>>(() => LoadOnceAsync(id)));
        return AsOfNow(await loading.Value.WaitAsync(cancellationToken));
    }

    private async Task<LiveSession> LoadOnceAsync(Guid session)
    {
        try
        {
            if (_known.IsEmpty)
                _lastContact = _time.GetTimestamp(); // nothing was refreshed while nothing was in use
            var live = await _loader.LoadAsync(session, CancellationToken.None);
            if (live.Reason == DenyReason.None)
                _expiry.Watch(live.Grant);
            else if (live.Reason == DenyReason.NotInLog)
                LogNotInLog(session, live.Grant.Id);
            if (live.Session.Id == session) // an unknown one may be about to be committed
                _known[session] = new Known(live, _time.GetTimestamp());
            return live;
        }
        catch (Exception e) when (e.IsStorageUnavailable() && e is not AuditUnavailableException)
        {
            throw new AuditUnavailableException("The session cannot be looked up: the database does not answer.", e);
        }
        finally
        {
            _loading.TryRemove(session, out _);
        }
    }

    /// <summary>Adds what only this moment knows: the clock, and what this node has cut.</summary>
    private LiveSession AsOfNow(LiveSession live)
    {
        if (live.Reason != DenyReason.None)
            return live;
        if ((_connections.CutReasonOf(live.Grant.Id) ?? _connections.CutReasonOf(live.Session.Id)) is { } cut)
            return live with { Reason = TerminationReasons.Denial(cut) };
        return live.Grant.StateAt(_time.GetUtcNow()) switch
        {
            GrantState.Active => live,
            GrantState.Scheduled => live with { Reason = DenyReason.GrantScheduled },
            _ => live with { Reason = DenyReason.GrantExpired },
        };
    }

    /// <summary>One look at the database: whoever calls it does so every 500 ms.</summary>
    internal async Task RefreshAsync(CancellationToken cancellationToken)
    {
        Forget();
        if (_known.IsEmpty)
        {
            _lastContact = _time.GetTimestamp();
            return;
        }
        try
        {
            var asked = _known.ToArray(); // one that becomes known meanwhile was not asked for, and that it is not in the answer means nothing
            var rows = await _loader.ReadAsync([.. asked.Select(k => k.Key)], cancellationToken);
            foreach (var (id, known) in asked)
                await RefreshAsync(id, known, rows.GetValueOrDefault(id), cancellationToken);
            _lastContact = _time.GetTimestamp();
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            LogUnreachable(e);
            if (_time.GetElapsedTime(_lastContact) < LostAfter)
                return;
            LogLost(_known.Count);
            EndAll();
        }
    }

    private async Task RefreshAsync(Guid id, Known known, SessionLoader.Rows? rows, CancellationToken cancellationToken)
    {
        if (known.Live.Reason != DenyReason.None)
            return; // an end is final
        LiveSession now;
        if (rows is null)
            now = known.Live with { Reason = DenyReason.NotInLog };
        else if (!RowsEqual.Same(known.Live, rows))
            now = await _loader.JudgeAsync(rows, cancellationToken);
        else if (_time.GetElapsedTime(known.Proved) < ProveAgainAfter)
            return;
        else
            now = await _proof.StillStandsAsync(rows.Session, rows.Grant, cancellationToken) ? known.Live : await _loader.JudgeAsync(rows, cancellationToken);
        known.Proved = _time.GetTimestamp();
        known.Live = now;
        if (now.Reason == DenyReason.None)
            return;
        var reason = TerminationReasons.Of(now.Reason);
        var cut = _connections.CutSession(id, reason);
        if (now.Reason is not (DenyReason.NotInLog or DenyReason.PersonLocked))
            return; // whoever ended it records it
        LogNotInLog(id, now.Grant.Id);
        _ = _endings.RecordAsync(new SessionEnding(id, reason, Names.System, _time.Now(), cut, _time));
    }

    /// <summary>Another node closed as unknown what this one has open, so nothing of it may go on.</summary>
    void IBootReaped.BootReaped()
    {
        LogReaped(_known.Count);
        EndAll();
    }

    /// <summary>Without the database nobody can be told that their grant was revoked, so nothing may go on.</summary>
    private void EndAll()
    {
        foreach (var (id, known) in _known)
        {
            if (known.Live.Reason != DenyReason.None)
                continue;
            known.Live = known.Live with { Reason = DenyReason.SessionEnded };
            var cut = _connections.CutSession(id, TerminationReason.BrokerLost);
            _ = _endings.RecordAsync(new SessionEnding(id, TerminationReason.BrokerLost, Names.System, _time.Now(), cut, _time));
        }
    }

    private void Forget()
    {
        var open = _connections.OpenSessions();
        foreach (var (id, known) in _known)
        {
            if (!open.Contains(id) && _time.GetElapsedTime(known.Used) > ForgetAfter)
                _known.TryRemove(id, out _);
        }
    }

    [LoggerMessage(3020, LogLevel.Critical, "Session {Session} or its grant {Grant} does not match the audit log: it is not honoured. Somebody may have changed the database.")]
    private partial void LogNotInLog(Guid session, Guid grant);

    [LoggerMessage(3021, LogLevel.Warning, "The sessions in use could not be read again.")]
    private partial void LogUnreachable(Exception exception);

    [LoggerMessage(3022, LogLevel.Error, "The database has not answered for 5 s: all {Count} sessions of this node end.")]
    private partial void LogLost(int count);

    [LoggerMessage(3023, LogLevel.Error, "Another node declared this one dead: all {Count} sessions of this node end.")]
    private partial void LogReaped(int count);
}
