using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;

namespace AccessBroker.Storage;

/// <summary>Long-lived secrets of the deployment: made once, stored sealed, the same on every node.</summary>
public interface IDeploymentKeys
{
    /// <summary>The current secret of a purpose, made by <paramref name="create"/> if there is none yet.</summary>
    /// <param name="create">Returns key id, public part and secret part.</param>
    DeploymentKey GetOrCreate(string purpose, Func<(string KeyId, byte[] Public, byte[] Secret)> create);

    /// <summary>Every key of a purpose, newest first, retired ones included: for verifying.</summary>
    IReadOnlyList<DeploymentKey> All(string purpose);
}

/// <param name="Secret">Never logged; the caller wipes copies it makes.</param>
public sealed record DeploymentKey(string Purpose, string KeyId, byte[] Public, byte[] Secret, DateTimeOffset CreatedAt, DateTimeOffset? RetiredAt)
{
    public override string ToString() => $"{Purpose} key {KeyId}";
}

internal sealed class DeploymentKeys(IDbContextFactory<BrokerDbContext> contexts, ISecretBox box, TimeProvider time) : IDeploymentKeys
{
    public DeploymentKey GetOrCreate(string purpose, Func<(string KeyId, byte[] Public, byte[] Secret)> create)
    {
        using var context = contexts.CreateDbContext();
        // A marker row makes two first starts at once agree: the loser of its insert reads the winner's key.
        using var transaction = context.Database.BeginTransaction();
        if (Current(context, purpose) is { } existing)
            return Open(existing);
        context.Settings.Add(new SettingRow { Name = $"key/{purpose}", Value = "created" });
        var (keyId, publicPart, secret) = create();
        context.SigningKeys.Add(new SigningKeyRow
        {
            Purpose = purpose, KeyId = keyId, Public = publicPart, SealedPrivate = box.Seal($"{purpose}/{keyId}", secret), CreatedAt = time.GetUtcNow(),
        });
        try
        {
            context.SaveChanges();
            transaction.Commit();
        }
        catch (DbUpdateException e) when (e.IsUniqueViolation())
        {
            transaction.Rollback();
            CryptographicOperations.ZeroMemory(secret);
            context.ChangeTracker.Clear();
        }
        return Open(Current(context, purpose)!);
    }

    public IReadOnlyList<DeploymentKey> All(string purpose)
    {
        using var context = contexts.CreateDbContext();
        return [.. context.SigningKeys.AsNoTracking().Where(k => k.Purpose == purpose).OrderByDescending(k => k.CreatedAt).AsEnumerable().Select(Open)];
    }

    private static SigningKeyRow? Current(BrokerDbContext context, string purpose) =>
        context.SigningKeys.AsNoTracking().Where(k => k.Purpose == purpose && k.RetiredAt == null).OrderByDescending(k => k.CreatedAt).FirstOrDefault();

    private DeploymentKey Open(SigningKeyRow row) =>
        new(row.Purpose, row.KeyId, row.Public, box.Open($"{row.Purpose}/{row.KeyId}", row.SealedPrivate), row.CreatedAt, row.RetiredAt);
}
