using System.Collections.Concurrent;
using System.Security.Cryptography;
using AccessBroker.Audit;
using Microsoft.EntityFrameworkCore;

namespace AccessBroker.Storage;

/// <summary>
/// Data keys in the database, each wrapped by the key-encryption key, made when first needed. An owner has one for each rotation:
/// the newest seals, all open what they sealed.
/// </summary>
internal sealed class DatabaseKeys(IDbContextFactory<BrokerDbContext> contexts, ISecretBox box, TimeProvider time) : IDataKeys
{
    private readonly ConcurrentDictionary<string, DataKey> _byOwner = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<int, DataKey?> _byId = new();
    private (int Newer, int Destroyed) _seen;

    public DataKey For(string owner) => _byOwner.TryGetValue(owner, out var key) ? key : LoadOrCreate(owner);

    public DataKey? Find(int id)
    {
        if (_byId.TryGetValue(id, out var known))
            return known;
        using var context = contexts.CreateDbContext();
        var row = context.DataKeys.AsNoTracking().SingleOrDefault(k => k.Id == id);
        return row is null ? null : Remember(row);
    }

    /// <summary>Takes up what other processes did since: newer keys seal from now on, destroyed ones are forgotten.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var seen = (await context.DataKeys.CountAsync(k => k.Generation > 1, cancellationToken), await context.DataKeys.CountAsync(k => k.Wrapped == null, cancellationToken));
        if (seen == _seen)
            return; // nearly always
        var newer = await context.DataKeys.AsNoTracking().Where(k => k.Generation > 1 && k.Wrapped != null).OrderBy(k => k.Generation)
            .Select(k => new { k.Id, k.Owner }).ToListAsync(cancellationToken);
        foreach (var newest in newer.GroupBy(k => k.Owner).Select(keys => keys.Last()))
        {
            if (_byOwner.TryGetValue(newest.Owner, out var used) && used.Id != newest.Id)
                _byOwner[newest.Owner] = Remember(await context.DataKeys.AsNoTracking().SingleAsync(k => k.Id == newest.Id, cancellationToken)) ?? used;
        }
        foreach (var gone in await context.DataKeys.AsNoTracking().Where(k => k.Wrapped == null).Select(k => new { k.Id, k.Owner }).ToListAsync(cancellationToken))
        {
            _byId[gone.Id] = null;
            if (_byOwner.TryGetValue(gone.Owner, out var used) && used.Id == gone.Id)
                _byOwner.TryRemove(gone.Owner, out _);
        }
        _seen = seen;
    }

    /// <summary>A key of the next generation, not stored yet.</summary>
    /// <exception cref="KeyRotationException">The owner has none, or it was destroyed.</exception>
    public async Task<DataKeyRow> NextAsync(BrokerDbContext context, string owner, CancellationToken cancellationToken)
    {
        var newest = await Newest(context, owner).FirstOrDefaultAsync(cancellationToken);
        return newest switch
        {
            null => throw new KeyRotationException($"There is no data key of {owner}. Owners are tenant:<customer>, person:<id> and deployment."),
            { Wrapped: null } => throw new KeyRotationException($"The data key of {owner} was destroyed when its data was erased: there is nothing to rotate."),
            _ => NewRow(owner, newest.Generation + 1),
        };
    }

    private DataKey LoadOrCreate(string owner)
    {
        using var context = contexts.CreateDbContext();
        var row = Newest(context, owner).FirstOrDefault() ?? Create(context, owner);
        if (Remember(row) is not { } key)
            throw new InvalidOperationException($"The data key of {owner} was destroyed: its data is erased and nothing can be recorded under it.");
        return _byOwner[owner] = key;
    }

    private DataKeyRow Create(BrokerDbContext context, string owner)
    {
        var row = NewRow(owner, generation: 1);
        context.DataKeys.Add(row);
        try
        {
            context.SaveChanges();
            return row;
        }
        catch (DbUpdateException e) when (e.IsUniqueViolation())
        {
            context.ChangeTracker.Clear(); // another node made it first
            return Newest(context, owner).First();
        }
    }

    private DataKeyRow NewRow(string owner, int generation) => new()
    {
        Owner = owner, Generation = generation, Wrapped = box.Seal(Purpose(owner), RandomNumberGenerator.GetBytes(32)), CreatedAt = time.GetUtcNow(),
    };

    private DataKey? Remember(DataKeyRow row)
    {
        if (row.Wrapped is null)
        {
            _byId[row.Id] = null;
            return null;
        }
        // The same object for the same row: it keeps the ciphers made for it.
        return _byId.AddOrUpdate(row.Id, _ => Open(row), (_, known) => known ?? Open(row));
    }

    private DataKey Open(DataKeyRow row) => new(row.Id, box.Open(Purpose(row.Owner), row.Wrapped!));

    private static IQueryable<DataKeyRow> Newest(BrokerDbContext context, string owner) =>
        context.DataKeys.AsNoTracking().Where(k => k.Owner == owner).OrderByDescending(k => k.Generation);

    public static string Purpose(string owner) => $"data-key/{owner}";
}
