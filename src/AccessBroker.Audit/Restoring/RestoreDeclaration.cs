using System.Globalization;
using System.Text.RegularExpressions;
using AccessBroker.Evidence;
using AccessBroker.TransparencyLog;

namespace AccessBroker.Audit;

/// <summary>
/// An administrator says that an older backup was restored: the log goes on under a new origin, and its first entry there says what
/// was lost. No node may run meanwhile.
/// </summary>
public sealed partial class RestoreDeclaration
{
    private readonly Committer _committer;
    private readonly IAuditLog _log;
    private readonly IAuditRecords _records;
    private readonly IRestoreStore _restores;
    private readonly ILogKeys _keys;
    private readonly NodeIdentity _node;
    private readonly LogMemory _memory;
    private readonly TimeProvider _time;

    internal RestoreDeclaration(
        Committer committer, IAuditLog log, IAuditRecords records, IRestoreStore restores, ILogKeys keys, NodeIdentity node, LogMemory memory, TimeProvider time) =>
        (_committer, _log, _records, _restores, _keys, _node, _memory, _time) = (committer, log, records, restores, keys, node, memory, time);

    /// <param name="by">Who declares it: the system knows only the account, so they say.</param>
    /// <param name="reason">Why the backup was restored.</param>
    /// <param name="origin">The new origin; null for the old one with a number.</param>
    /// <param name="known">Checkpoint notes of this log that others kept: a customer's, a witness', another node's.</param>
    /// <exception cref="DeclarationRefusedException">Nodes run, nothing is lost, or what was given does not do.</exception>
    /// <exception cref="InvalidDataException">The restored database is not whole itself.</exception>
    public async Task<DeclaredRestore> RunAsync(string by, string reason, string? origin, IReadOnlyList<string> known, CancellationToken cancellationToken)
    {
        if (await _restores.AnyNodeRunsAsync(cancellationToken))
            throw new DeclarationRefusedException("A node of this broker runs, or ended less than half a minute ago without saying so. Stop all nodes, wait, and declare again.");
        var highest = Highest(known);
        var (size, root) = await RequireWholeAsync(cancellationToken);
        await RequireLossAsync(highest, cancellationToken);
        var renamed = origin ?? NextName(_keys.Origin);
        if (renamed == _keys.Origin || !AuditValidation.IsKeyName(renamed))
            throw new DeclarationRefusedException($"'{renamed}' cannot be the log's new origin: it must be another name than '{_keys.Origin}', of visible ASCII characters without a plus sign.");

        var body = new RestoreBody(renamed, _keys.Origin, (ulong)size, root, highest.Size);
        var index = await AppendAsync(body.ToBytes(by, reason), cancellationToken);
        await _restores.AddAsync(index, renamed, cancellationToken);
        return new DeclaredRestore(renamed, body.OldOrigin, size, (long)body.Lost, index);
    }

    private Checkpoint Highest(IReadOnlyList<string> known)
    {
        List<Checkpoint> checkpoints = [.. known.Select(Read)];
        if (_memory.Largest(_keys.Origin) is { } remembered)
            checkpoints.Add(remembered.Checkpoint);
        return checkpoints.MaxBy(checkpoint => checkpoint.Size)
            ?? throw new DeclarationRefusedException("Nothing that this log signed is known here. Name a checkpoint that a customer, a witness or another node kept: --known FILE.");
    }

    private Checkpoint Read(string note)
    {
        if (!SignedNote.TryParse(note, out var signed, out var error) || !Checkpoint.TryParse(signed.Text, out var checkpoint, out error))
            throw new DeclarationRefusedException($"A known checkpoint cannot be read: {error}");
        return checkpoint.Origin == _keys.Origin && signed.Verify(_keys.EveryKey).IsValid
            ? checkpoint
            : throw new DeclarationRefusedException($"A known checkpoint is not signed by this log as '{_keys.Origin}'. If its key was made after the backup, put the checkpoint into Log:Memory, as a file whose name begins with signed-, and declare without it.");
    }

    /// <summary>What is in the database must fit together before anybody vouches for it again.</summary>
    private async Task<(long Size, byte[] Root)> RequireWholeAsync(CancellationToken cancellationToken)
    {
        var (size, frontier) = await _records.ReadHeadAsync(cancellationToken);
        var tree = new StoredTree(_records);
        if (await _records.LatestCheckpointAsync(cancellationToken) is { } last)
        {
            await tree.ExtendAsync(last.Size, cancellationToken);
            if (!tree.Root.AsSpan().SequenceEqual(last.Root))
                throw new InvalidDataException($"The restored entries do not give the root that was signed at size {last.Size}: this is no backup of the log, or it was changed. Restore another one.");
        }
        await tree.ExtendAsync(size, cancellationToken);
        return tree.Root.AsSpan().SequenceEqual(Frontier.FromBytes((ulong)size, frontier).Root())
            ? (size, tree.Root)
            : throw new InvalidDataException($"The restored entries do not give the root that the append path computed at size {size}: the backup was changed. Restore another one.");
    }

    private async Task RequireLossAsync(Checkpoint highest, CancellationToken cancellationToken)
    {
        var stored = await _records.CheckpointAsync((long)highest.Size, cancellationToken);
        if (stored is not null && stored.Root.AsSpan().SequenceEqual(highest.Root))
            throw new DeclarationRefusedException(string.Create(CultureInfo.InvariantCulture,
                $"Nothing is lost: the newest checkpoint that is known, of {highest.Size} entries, is in this database. Start the broker."));
    }

    /// <summary>
    /// Not by way of <see cref="BriefNode"/>, which first closes what the restored log left open: those entries are new, and would count
    /// as the backup's.
    /// </summary>
    private async Task<long> AppendAsync(byte[] body, CancellationToken cancellationToken)
    {
        var claimed = await _records.ClaimNodeAsync(null, NodeLease.Length, cancellationToken);
        _node.Current = claimed.Boot;
        _log.OpenTrail(TrailId.System);
        _committer.Start();
        try
        {
            var id = Guid.CreateVersion7(_time.GetUtcNow());
            return (await _log.AppendAsync(new EntryDraft(EntryClass.Key, TrailId.System, id, Guid.Empty, body), cancellationToken)).Index;
        }
        finally
        {
            _committer.Stop(TimeSpan.FromSeconds(5));
            await _records.ReleaseNodeAsync(claimed.Boot, CancellationToken.None);
        }
    }

    private static string NextName(string origin) => Numbered().Match(origin) is { Success: true } match
        ? string.Create(CultureInfo.InvariantCulture, $"{origin[..match.Index]}-r{int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) + 1}")
        : origin + "-r2";

    [GeneratedRegex("-r([0-9]{1,6})$")]
    private static partial Regex Numbered();
}

/// <param name="Size">Entries that the backup held.</param>
/// <param name="Lost">Entries that are known to be gone.</param>
/// <param name="Index">The entry that says so.</param>
public sealed record DeclaredRestore(string Origin, string OldOrigin, long Size, long Lost, long Index);

/// <summary>A restore cannot be declared so; the message says what to do.</summary>
public sealed class DeclarationRefusedException(string message) : Exception(message);
