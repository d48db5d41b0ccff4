using System.Collections.Concurrent;
using AccessBroker.Evidence;
using AccessBroker.TransparencyLog;
using Microsoft.Extensions.Logging;

namespace AccessBroker.Audit;

/// <summary>Publishes signed checkpoints: heads entry, re-hash of what is stored, consistency with the last signed one, signature.</summary>
public sealed partial class CheckpointPublisher : IDisposable
{
    private readonly Committer _committer;
    private readonly IAuditRecords _records;
    private readonly ILogKeys _keys;
    private readonly RestoreCheck _restores;
    private readonly LogMemory _memory;
    private readonly NodeIdentity _node;
    private readonly AuditHealth _health;
    private readonly TimeProvider _time;
    private readonly ILogger<CheckpointPublisher> _logger;
    private readonly StoredTree _tree;
    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly ConcurrentDictionary<string, string> _stops = new(StringComparer.Ordinal);

    internal CheckpointPublisher(
        Committer committer, IAuditRecords records, ILogKeys keys, RestoreCheck restores, LogMemory memory, NodeIdentity node, AuditHealth health, TimeProvider time,
        ILogger<CheckpointPublisher> logger)
    {
        (_committer, _records, _keys, _restores, _memory, _node) = (committer, records, keys, restores, memory, node);
        (_health, _time, _logger) = (health, time, logger);
        _tree = new StoredTree(records);
    }

    /// <summary>After each checkpoint that this node published. Handlers only leave word: publishing waits for them.</summary>
    internal event Action? Published;

    /// <summary>Somebody outside knows of more entries than there are, so that nothing may be signed.</summary>
    internal bool IsStopped => !_stops.IsEmpty;

    /// <summary>Publishes one now.</summary>
    /// <exception cref="SigningStoppedException">A witness, a customer or this node itself has seen a longer log.</exception>
    /// <exception cref="AuditUnavailableException">The log cannot be written.</exception>
    /// <exception cref="InvalidDataException">What is stored is not what was appended or signed before; nothing was signed.</exception>
    public async Task<Publication> PublishAsync(CancellationToken cancellationToken = default)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            if (_stops.Values.FirstOrDefault() is { } reason)
                throw new SigningStoppedException(reason);
            var publication = await PublishOneAsync(cancellationToken);
            Published?.Invoke();
            return publication;
        }
        catch (LogRestoredException e)
        {
            _health.Tampered();
            Refused(_logger, e);
            StopSigning("this node", e.Message);
            throw new SigningStoppedException(e.Message);
        }
        catch (InvalidDataException e)
        {
            _health.Tampered();
            Refused(_logger, e);
            _tree.Reset();
            throw;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Signs nothing from now on, for the reason that <paramref name="witness"/> gave: who remembers more than the database.</summary>
    internal void StopSigning(string witness, string reason) => _stops[witness] = reason;

    /// <summary>The witness has no reason any more.</summary>
    internal void ResumeSigning(string witness) => _stops.TryRemove(witness, out _);

    /// <summary>Proofs from an earlier checkpoint and of an entry, in the tree of a published checkpoint's size.</summary>
    public async Task<T> ProveAsync<T>(long size, Func<IHashSource, T> prove, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            // The tree may have grown past the size meanwhile: complete subtrees inside it never change.
            await _tree.ExtendAsync(size, cancellationToken);
            return prove(_tree.Hashes());
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private async Task<Publication> PublishOneAsync(CancellationToken cancellationToken)
    {
        await _restores.RequireNothingLostAsync(cancellationToken);
        var last = await _records.LatestCheckpointAsync(cancellationToken);
        await _keys.RefreshAsync(cancellationToken); // before the heads entry: a key's first checkpoint covers the entry that names it
        var heads = await _committer.AppendHeadsAsync();
        var size = heads.Index + 1;
        if (last is not null && last.Size >= size)
            throw new InvalidDataException($"a checkpoint of size {last.Size} was signed, and the log now ends at {size}. An older backup was restored, or entries were removed.");
        if (last is not null && _tree.Size <= last.Size)
        {
            await _tree.ExtendAsync(last.Size, cancellationToken);
            if (!_tree.Root.AsSpan().SequenceEqual(last.Root))
                throw new InvalidDataException($"the stored entries no longer give the root that was signed at size {last.Size}. Entries were changed after they were signed.");
        }
        await _tree.ExtendAsync(size, cancellationToken);
        if (_tree.Size == size && !_tree.Root.AsSpan().SequenceEqual(heads.Root))
            throw new InvalidDataException($"the stored entries do not give the root that the append path computed at size {size}. Entries were changed since they were appended.");

        var text = new Checkpoint(_keys.Origin, (ulong)size, heads.Root).ToText();
        var note = SignedNote.Sign(text, _keys.Signers);
        var now = _time.GetUtcNow();
        await _records.StoreCheckpointAsync(new StoredCheckpoint(size, heads.Root, note.ToString(), now), cancellationToken);
        _memory.Signed(_node.Current.Node, note.ToString());
        return new Publication(size, heads.Root, note.ToString(), heads.Index, heads.Records, now);
    }

    [LoggerMessage(1020, LogLevel.Critical, "A checkpoint was refused: the stored log does not match what was signed or appended")]
    private static partial void Refused(ILogger logger, Exception exception);
}

/// <param name="Note">The signed note.</param>
/// <param name="HeadsIndex">Index of its heads entry, the last entry it covers.</param>
/// <param name="Heads">Every trail as the heads entry states it, sorted.</param>
public sealed record Publication(long Size, byte[] Root, string Note, long HeadsIndex, IReadOnlyList<HeadRecord> Heads, DateTimeOffset At);

/// <summary>Somebody has seen more entries than this log has, so nothing is signed (AUDIT-LOG.md, Signing); the message says who and how many.</summary>
public sealed class SigningStoppedException(string message) : Exception(message);
