using System.Collections.Concurrent;
using System.Security.Cryptography;
using AccessBroker.Audit;
using Microsoft.EntityFrameworkCore;

namespace AccessBroker.Storage;

/// <summary>Data keys in the database, each wrapped by the key-encryption key, made when first needed.</summary>
internal sealed class DatabaseKeys(IDbContextFactory<BrokerDbContext> contexts, ISecretBox box, TimeProvider time) : IDataKeys
{
    private readonly ConcurrentDictionary<string, DataKey> _byOwner = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<int, DataKey?> _byId = new();

    public DataKey For(string owner) => _byOwner.TryGetValue(owner, out var key) ? key : LoadOrCreate(owner);

    public DataKey? Find(int id)
    {
        if (_byId.TryGetValue(id, out var known))
            return known;
        using var context = contexts.CreateDbContext();
        var row = context.DataKeys.AsNoTracking().SingleOrDefault(k => k.Id == id);
        return row is null ? null : Remember(row);
    }

    private DataKey LoadOrCreate(string owner)
    {
        using var context = contexts.CreateDbContext();
        var row = context.DataKeys.AsNoTracking().SingleOrDefault(k => k.Owner == owner) ?? Create(context, owner);
        return Remember(row) ?? throw new InvalidOperationException($"The data key of {owner} was destroyed: its data is erased and nothing can be recorded under it.");
    }

    private DataKeyRow Create(BrokerDbContext context, string owner)
    {
        var row = new DataKeyRow { Owner = owner, Wrapped = box.Seal(Purpose(owner), RandomNumberGenerator.GetBytes(32)), CreatedAt = time.GetUtcNow() };
        context.DataKeys.Add(row);
        try
        {
            context.SaveChanges();
            return row;
        }
        catch (DbUpdateException e) when (e.IsUniqueViolation())
        {
            context.ChangeTracker.Clear(); // another node made it first
            return context.DataKeys.AsNoTracking().Single(k => k.Owner == owner);
        }
    }

    private DataKey? Remember(DataKeyRow row)
    {
        if (row.Wrapped is null)
        {
            _byId[row.Id] = null;
            return null;
        }
        var key = new DataKey(row.Id, box.Open(Purpose(row.Owner), row.Wrapped));
        _byId[row.Id] = key;
        _byOwner[row.Owner] = key;
        return key;
    }

    private static string Purpose(string owner) => $"data-key/{owner}";
}
