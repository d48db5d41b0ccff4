using System.Globalization;
using AccessBroker.Evidence;
using AccessBroker.TransparencyLog;
using Microsoft.Extensions.Logging;

namespace AccessBroker.Audit;

/// <summary>
/// Checkpoints that customers keep. Whoever brings one gets proof that the log only grew since; and what they bring is remembered,
/// because it witnesses: if it is larger than the log, nothing is signed any more.
/// </summary>
internal sealed partial class PinnedCheckpoints(
    CheckpointPublisher publisher, RestoreCheck restores, LogMemory memory, IAuditLog log, ILogKeys keys, TimeProvider time, ILogger<PinnedCheckpoints> logger)
{
    /// <exception cref="PinnedCheckpointException">It is no checkpoint of this log.</exception>
    public async Task<Checkpoint> ReadAsync(string text, CancellationToken cancellationToken)
    {
        if (!SignedNote.TryParse(text, out var note, out var error) || !Checkpoint.TryParse(note.Text, out var checkpoint, out error))
            throw new PinnedCheckpointException($"The pinned checkpoint cannot be read: {error}");
        var earlier = checkpoint.Origin == keys.Origin ? [] : await restores.DeclaredAsync(cancellationToken);
        if (checkpoint.Origin != keys.Origin && earlier.All(e => e.Body.OldOrigin != checkpoint.Origin))
            throw new PinnedCheckpointException($"The pinned checkpoint is of the log '{checkpoint.Origin}'; this log is '{keys.Origin}'.");
        if (!note.Verify([.. keys.EveryKey.Select(k => k.Under(checkpoint.Origin)).OfType<VerifierKey>()]).IsValid)
            throw new PinnedCheckpointException("The pinned checkpoint is not signed by this log's key.");
        foreach (var (_, restore) in earlier.SkipWhile(e => e.Body.OldOrigin != checkpoint.Origin).Where(e => checkpoint.Size > e.Body.RestoredSize))
        {
            throw new PinnedCheckpointException(string.Create(CultureInfo.InvariantCulture,
                $"The pinned checkpoint of '{checkpoint.Origin}' covers {checkpoint.Size} entries, and the log was restored from a backup of {restore.RestoredSize}: {checkpoint.Size - restore.RestoredSize} of them are lost, so no proof can lead from it to this log. Keep it, and export without it."));
        }
        return checkpoint;
    }

    /// <param name="size">Of a checkpoint that was published after it was brought.</param>
    /// <exception cref="PinnedCheckpointException">It covers more than the log has.</exception>
    public async Task RememberAsync(string tenant, string note, Checkpoint pinned, long size, CancellationToken cancellationToken)
    {
        if (pinned.Origin == keys.Origin)
            memory.Pinned(tenant, note);
        if (pinned.Size <= (ulong)size)
            return;
        publisher.StopSigning($"pinned by {tenant}", string.Create(CultureInfo.InvariantCulture,
            $"{tenant} keeps a checkpoint of {pinned.Size} entries that this log signed, and the log has {size}: an older backup was restored, or entries were removed."));
        Ahead(logger, tenant, pinned.Size, size);
        await log.EnqueueAsync(AlertOf(tenant, pinned.Size, size), cancellationToken);
        throw new PinnedCheckpointException(string.Create(CultureInfo.InvariantCulture,
            $"The pinned checkpoint covers {pinned.Size} entries, and this log has {size}: it was rolled back. Keep the checkpoint, it proves it. The log signs nothing any more until its administrator has declared what happened."));
    }

    private EntryDraft AlertOf(string tenant, ulong theirs, long ours) => new(
        EntryClass.Event, TrailId.System, Guid.CreateVersion7(time.GetUtcNow()), Guid.Empty,
        new BodyWriter().Add("kind", "alert.pinned_ahead").Add("actor", TrailId.System).Add("tenant", TrailId.System)
            .Add("customer", tenant).Add("pinned_size", (long)theirs).Add("size", ours).ToBytes());

    [LoggerMessage(1045, LogLevel.Critical, "{Tenant} keeps a checkpoint of {Theirs} entries that this log signed, and the log has {Ours}: an older backup was restored, or entries were removed. Nothing is signed any more")]
    private static partial void Ahead(ILogger logger, string tenant, ulong theirs, long ours);
}

/// <summary>The checkpoint that the recipient gave cannot be the start of a proof; the message says why.</summary>
public sealed class PinnedCheckpointException(string message) : Exception(message);
