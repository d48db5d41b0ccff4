namespace AccessBroker.Audit;

/// <summary>Which node this process is, for rooms that keep something for each node.</summary>
public interface IRunningNode
{
    /// <summary>Null while the log is not open.</summary>
    NodeBoot? Boot { get; }
}

/// <summary>
/// Lets a process append a few entries and end, such as a verb of the server program, while nodes run or not: it takes a node number
/// of its own for as long, so that the log's rules about who may write hold for it too.
/// </summary>
public sealed class BriefNode
{
    private readonly IAuditRecords _records;
    private readonly NodeIdentity _identity;
    private readonly Reaper _reaper;
    private readonly IAuditLog _log;
    private readonly ILogKeys _keys;

    internal BriefNode(IAuditRecords records, NodeIdentity identity, Reaper reaper, IAuditLog log, ILogKeys keys) =>
        (_records, _identity, _reaper, _log, _keys) = (records, identity, reaper, log, keys);

    /// <summary>Opens the log, does <paramref name="work"/>, which must be over within the node's lease of ten seconds, and closes it.</summary>
    public async Task<T> WithAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(work);
        if (_identity.IsClaimed)
            return await work(); // a node that runs
        _ = _keys.Signers; // whatever is made or read at first use, before a transaction is open
        _log.OpenTrail(Evidence.TrailId.System);
        var claimed = await _records.ClaimNodeAsync(null, NodeLease.Length, cancellationToken);
        _identity.Current = claimed.Boot;
        try
        {
            await _reaper.ReapOwnPastAsync(claimed, cancellationToken);
            return await work();
        }
        finally
        {
            _identity.Close();
            await _records.ReleaseNodeAsync(claimed.Boot, CancellationToken.None);
        }
    }
}
