using System.Globalization;
using AccessBroker.Evidence;

namespace AccessBroker.Audit;

/// <summary>
/// Notices a database that was put back to an earlier day: what was signed must still be in it (AUDIT-LOG.md, Signing). Asked at
/// start, before anything is appended, and before each signature.
/// </summary>
internal sealed class RestoreCheck(LogMemory memory, IAuditRecords records, IRestoreStore restores, IDataKeys dataKeys, ILogKeys keys)
{
    /// <exception cref="LogRestoredException">Something that was signed is not there.</exception>
    public async Task RequireNothingLostAsync(CancellationToken cancellationToken)
    {
        if (memory.Largest(keys.Origin) is not { } known)
            return;
        var stored = await records.CheckpointAsync((long)known.Checkpoint.Size, cancellationToken);
        if (stored is not null && stored.Root.AsSpan().SequenceEqual(known.Checkpoint.Root))
            return;
        var (size, _) = await records.ReadHeadAsync(cancellationToken);
        throw new LogRestoredException(string.Create(CultureInfo.InvariantCulture,
            $"The checkpoint of {known.Checkpoint.Size} entries in {known.File} was signed by this log, and the database, which has {size} entries, does not hold it: an older backup was restored, or entries were removed. Nothing is signed until that is declared. If a backup was restored on purpose, stop all nodes and run this program's 'declare-restore' (ops/docs/operations.md, \"After a restore\"); if not, keep the database as it is and find out who changed it."));
    }

    /// <summary>What the log says of each restore, as the database's rows point to it. A row without its entry renames nothing.</summary>
    /// <exception cref="InvalidDataException">A row is not what the log says.</exception>
    public async Task<IReadOnlyList<(OpenedEntry Entry, RestoreBody Body)>> DeclaredAsync(CancellationToken cancellationToken)
    {
        var declared = new List<(OpenedEntry, RestoreBody)>();
        var reader = new TrailReader(records, dataKeys);
        foreach (var (index, origin) in await restores.ListAsync(cancellationToken))
        {
            var entry = await reader.ReadAsync(index, cancellationToken);
            if (entry?.Body is not { } body || entry.Header.Class != EntryClass.Key || !RestoreBody.TryParse(body, out var restore, out _) || restore.Origin != origin)
                throw new InvalidDataException($"The database says that the log goes on as {origin} since entry {index}, and the log itself does not: somebody changed the setting. Take it out.");
            declared.Add((entry, restore));
        }
        return declared;
    }
}

/// <summary>What was signed is gone from the database. The message says what to do.</summary>
public sealed class LogRestoredException(string message) : Exception(message);
