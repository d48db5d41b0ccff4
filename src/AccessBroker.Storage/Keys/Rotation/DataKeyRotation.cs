using AccessBroker.Audit;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace AccessBroker.Storage;

/// <summary>
/// Gives an owner a data key of the next generation. What is written from then on is sealed under it; what was written before stays
/// as it is, and opens under the key that it names.
/// </summary>
public sealed class DataKeyRotation
{
    private readonly DatabaseKeys _keys;
    private readonly IAuditLog _log;
    private readonly IDbContextFactory<BrokerDbContext> _contexts;
    private readonly TimeProvider _time;

    internal DataKeyRotation(DatabaseKeys keys, IAuditLog log, IDbContextFactory<BrokerDbContext> contexts, TimeProvider time) =>
        (_keys, _log, _contexts, _time) = (keys, log, contexts, time);

    /// <summary>Owners whose newest key is so old; those whose keys were destroyed are not among them.</summary>
    public async Task<IReadOnlyList<string>> OwnersAsync(TimeSpan olderThan, CancellationToken cancellationToken)
    {
        var before = _time.GetUtcNow() - olderThan;
        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        return await context.DataKeys.Where(k => k.Wrapped != null).GroupBy(k => k.Owner).Where(keys => keys.Max(k => k.CreatedAt) <= before)
            .Select(keys => keys.Key).OrderBy(owner => owner).ToListAsync(cancellationToken);
    }

    /// <returns>The new key's generation.</returns>
    /// <exception cref="KeyRotationException">The message says what to do.</exception>
    public async Task<int> RunAsync(string owner, string by, CancellationToken cancellationToken)
    {
        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        var row = await _keys.NextAsync(context, owner, cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        context.DataKeys.Add(row);
        try
        {
            await context.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException e) when (e.IsUniqueViolation())
        {
            throw new KeyRotationException($"The data key of {owner} was rotated by somebody else at the same moment. Nothing was done here.", e);
        }
        var draft = KeyEntries.DataKeyRotated(owner, row.Generation, by, Guid.CreateVersion7(_time.GetUtcNow()));
        await _log.AppendAsync(transaction.GetDbTransaction(), [draft], cancellationToken);
        await transaction.CommitAsync(CancellationToken.None);
        await _keys.RefreshAsync(cancellationToken);
        return row.Generation;
    }
}
