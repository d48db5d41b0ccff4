using AccessBroker.Evidence;
using AccessBroker.TransparencyLog;

namespace AccessBroker.Audit;

/// <summary>Each declared restore with its proof under a checkpoint: what evidence of a log that was restored carries along.</summary>
internal sealed class RestoreProofs(RestoreCheck restores, CheckpointPublisher publisher)
{
    public async Task<IReadOnlyList<RestoreProof>> AtAsync(long size, CancellationToken cancellationToken)
    {
        var declared = await restores.DeclaredAsync(cancellationToken);
        return declared.Count == 0 ? [] : await publisher.ProveAsync(size, hashes => (IReadOnlyList<RestoreProof>)[.. declared.Select(d => Prove(d.Entry, size, hashes))], cancellationToken);
    }

    private static RestoreProof Prove(OpenedEntry entry, long size, IHashSource hashes) => new(
        (ulong)entry.Index, entry.HeaderBytes, entry.Body, entry.Salt, InclusionProof.Create((ulong)entry.Index, (ulong)size, hashes));
}
