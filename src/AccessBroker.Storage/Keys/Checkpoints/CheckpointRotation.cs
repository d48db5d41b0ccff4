using System.Security.Cryptography;
using AccessBroker.Audit;
using AccessBroker.Evidence;
using AccessBroker.TransparencyLog;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace AccessBroker.Storage;

/// <summary>
/// Gives the log a new checkpoint key, and ends old ones. The entry that names a key and the row that keeps it are one transaction:
/// a crash leaves both or neither, and the key signs only once both are there.
/// </summary>
public sealed class CheckpointRotation
{
    /// <summary>So long a new key may stand beside the old one, which customers and witnesses take for exchanging theirs.</summary>
    public static readonly TimeSpan LongestOverlap = TimeSpan.FromDays(400);

    private readonly LogKeys _keys;
    private readonly IAuditLog _log;
    private readonly ISecretBox _box;
    private readonly IDbContextFactory<BrokerDbContext> _contexts;
    private readonly TimeProvider _time;

    internal CheckpointRotation(LogKeys keys, IAuditLog log, ISecretBox box, IDbContextFactory<BrokerDbContext> contexts, TimeProvider time) =>
        (_keys, _log, _box, _contexts, _time) = (keys, log, box, contexts, time);

    /// <param name="overlap">How long both keys sign. Zero ends the old one at once: for a key that may be in other hands.</param>
    /// <param name="by">Who runs it, as the operating system says.</param>
    /// <param name="again">Although the overlap of an earlier rotation is not over.</param>
    /// <exception cref="KeyRotationException">The message says what to do.</exception>
    public async Task<KeySuccession> RunAsync(TimeSpan overlap, string by, bool again, CancellationToken cancellationToken)
    {
        if (overlap < TimeSpan.Zero || overlap > LongestOverlap)
            throw new KeyRotationException($"The overlap is {overlap}; it must be between 0 and {LongestOverlap.TotalDays:0} days, such as 30.00:00:00.");
        await _keys.RefreshAsync(cancellationToken);
        var signing = _keys.Checkpoints.Signing;
        if (signing.Count > 1 && !again)
        {
            throw new KeyRotationException(
                $"The key was rotated already: {Short(signing[1].Key)} and {Short(signing[0].Key)} both sign until {_keys.Checkpoints.EndOf(signing[1]):u}. " +
                "Nothing was done. To rotate once more before then, say --again.");
        }
        var until = WholeSecond(_time.GetUtcNow() + overlap);
        var old = signing[0];
        var seed = RandomNumberGenerator.GetBytes(32);
        using var next = new Ed25519Signer(_keys.Origin, seed);
        var succession = KeySuccession.Sign(old.Signer!, next, until);

        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        var taken = await context.SigningKeys.Where(k => k.Purpose == CheckpointKeys.Purpose).Select(k => k.KeyId).ToListAsync(cancellationToken);
        var generation = old.Generation + 1;
        while (taken.Contains(CheckpointKeys.RowId(generation))) // rows that are not in the log, and not worth stopping for
            generation++;
        var id = CheckpointKeys.RowId(generation);
        var row = new SigningKeyRow
        {
            Purpose = CheckpointKeys.Purpose, KeyId = id, Public = next.Key.PublicKey.ToArray(), SealedPrivate = _box.Seal(CheckpointKeys.SealPurpose(id), seed),
            CreatedAt = _time.GetUtcNow(),
        };
        CryptographicOperations.ZeroMemory(seed);
        await CommitAsync(context, row, succession, by, cancellationToken);
        await _keys.RefreshAsync(cancellationToken);
        return succession;
    }

    /// <summary>Destroys the private part of keys whose time is over, with an entry for each. Any node does it; one wins.</summary>
    /// <returns>How many this call ended.</returns>
    public async Task<int> RetireAsync(CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        var ended = 0;
        foreach (var key in _keys.Checkpoints.Known.Where(k => k.Signer is not null && _keys.Checkpoints.EndOf(k) <= now))
            ended += await RetireAsync(key, now, cancellationToken) ? 1 : 0;
        if (ended > 0)
            await _keys.RefreshAsync(cancellationToken);
        return ended;
    }

    private async Task<bool> RetireAsync(CheckpointKey key, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        if (context.Database.IsSqlite())
            await context.Database.ExecuteSqlRawAsync("PRAGMA secure_delete=ON", cancellationToken); // what is replaced is overwritten with zeros
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        var id = CheckpointKeys.RowId(key.Generation);
        var (none, publicPart) = (Array.Empty<byte>(), key.Key.PublicKey.ToArray());
        var changed = await context.SigningKeys.Where(k => k.Purpose == CheckpointKeys.Purpose && k.KeyId == id && k.RetiredAt == null).ExecuteUpdateAsync(
            set => set.SetProperty(k => k.SealedPrivate, none).SetProperty(k => k.Public, publicPart).SetProperty(k => k.RetiredAt, now), cancellationToken);
        if (changed == 0)
            return false;
        await _log.AppendAsync(transaction.GetDbTransaction(), [CheckpointKeyEntries.Retired(key.Key, Guid.CreateVersion7(now))], cancellationToken);
        await transaction.CommitAsync(CancellationToken.None);
        return true;
    }

    private async Task CommitAsync(BrokerDbContext context, SigningKeyRow row, KeySuccession succession, string by, CancellationToken cancellationToken)
    {
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        context.SigningKeys.Add(row);
        try
        {
            // The row first: of two rotations at once the second one fails here, before the log is touched.
            await context.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException e) when (e.IsUniqueViolation())
        {
            throw new KeyRotationException("Another rotation of the checkpoint key ran at the same moment, and won. Nothing was done.", e);
        }
        var draft = CheckpointKeyEntries.Added(succession, by, Guid.CreateVersion7(_time.GetUtcNow()));
        row.EntryIndex = (await _log.AppendAsync(transaction.GetDbTransaction(), [draft], cancellationToken))[0].Index;
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(CancellationToken.None);
    }

    private static string Short(VerifierKey key) => $"{key.Name}+{key.KeyId:x8}";

    /// <summary>Rounded up: both sign at least as long as was asked.</summary>
    private static DateTimeOffset WholeSecond(DateTimeOffset instant) => DateTimeOffset.FromUnixTimeSeconds(instant.AddTicks(TimeSpan.TicksPerSecond - 1).ToUnixTimeSeconds());
}
