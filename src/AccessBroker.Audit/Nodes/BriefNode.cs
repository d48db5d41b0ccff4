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

    internal BriefNode(IAuditRecords records, NodeIdentity identity, Reaper reaper) => (_records, _identity, _reaper) = (records, identity, reaper);

    /// <summary>Opens the log, does <paramref name="work"/>, which must be over within the node's lease of ten seconds, and closes it.</summary>
    public async Task<T> WithAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(work);
        if (_identity.IsClaimed)
            return await work(); // a node that runs
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
