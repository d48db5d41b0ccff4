using AccessBroker.Evidence;

namespace AccessBroker.Audit;

/// <summary>Appends from a program that is no node, such as a verb of the server's: it takes a node's number, and gives it back after one entry.</summary>
internal sealed class GuestAppender(Committer committer, IAuditLog log, IAuditRecords records, NodeIdentity node, TimeProvider time)
{
    /// <summary>One entry on the deployment's own trail, durable when this returns. Once a process: the committer does not start again.</summary>
    public async Task<long> AppendAsync(EntryClass entryClass, byte[] body, CancellationToken cancellationToken)
    {
        var claimed = await records.ClaimNodeAsync(null, NodeLease.Length, cancellationToken);
        node.Current = claimed.Boot;
        log.OpenTrail(TrailId.System);
        committer.Start();
        try
        {
            var id = Guid.CreateVersion7(time.GetUtcNow());
            return (await log.AppendAsync(new EntryDraft(entryClass, TrailId.System, id, Guid.Empty, body), cancellationToken)).Index;
        }
        finally
        {
            committer.Stop(TimeSpan.FromSeconds(5));
            await records.ReleaseNodeAsync(claimed.Boot, CancellationToken.None);
        }
    }
}
