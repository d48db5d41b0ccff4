using System.Collections.Concurrent;
using System.Security.Cryptography;
using AccessBroker.Audit;
using AccessBroker.Evidence;
using AccessBroker.TransparencyLog;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace AccessBroker.Storage;

/// <summary>The log's identity: origin, checkpoint key and trail key, made at the first start and the same on every node.</summary>
internal sealed class LogKeys(
    IDeploymentKeys keys, IDbContextFactory<BrokerDbContext> contexts, IRestoreStore restores, IOptions<AuditOptions> options) : ILogKeys, IDisposable
{
    private const string FirstOriginSetting = "log/first-origin";
    private readonly ConcurrentDictionary<string, Hash32> _trails = new(StringComparer.Ordinal);
    private readonly Lazy<string> _firstOrigin = new(() => ReadFirstOrigin(contexts, options.Value.Origin));
    private readonly Lazy<string?> _renamed = new(() => restores.ListAsync(CancellationToken.None).GetAwaiter().GetResult() is [.., var (_, origin)] ? origin : null);
    private readonly Lazy<byte[]> _trailKey = new(() => keys.GetOrCreate("trail", () => ("1", [], RandomNumberGenerator.GetBytes(32))).Secret);
    private Ed25519Signer? _signer;

    /// <summary>The first one, unless a restore was declared.</summary>
    public string Origin => _renamed.Value ?? FirstOrigin;

    public string FirstOrigin => _firstOrigin.Value;

    public IReadOnlyList<INoteSigner> Signers => [LazyInitializer.EnsureInitialized(ref _signer, () => CreateSigner(keys, Origin))];

    public Hash32 TrailOf(string tenant) => _trails.GetOrAdd(tenant, static (t, key) => TrailId.Derive(key.Value, t), _trailKey);

    public void Dispose() => _signer?.Dispose();

    private static Ed25519Signer CreateSigner(IDeploymentKeys keys, string origin)
    {
        var key = keys.GetOrCreate("checkpoint", () => ("1", [], RandomNumberGenerator.GetBytes(32)));
        return new Ed25519Signer(origin, key.Secret);
    }

    /// <summary>The log keeps the origin it was created with; another one in the configuration is a mistake, not a rename.</summary>
    private static string ReadFirstOrigin(IDbContextFactory<BrokerDbContext> contexts, string configured)
    {
        using var context = contexts.CreateDbContext();
        var stored = context.Settings.SingleOrDefault(s => s.Name == FirstOriginSetting)?.Value;
        if (stored is null)
        {
            context.Settings.Add(new SettingRow { Name = FirstOriginSetting, Value = configured });
            try
            {
                context.SaveChanges();
            }
            catch (DbUpdateException e) when (e.IsUniqueViolation())
            {
                return ReadFirstOrigin(contexts, configured);
            }
            return configured;
        }
        return stored == configured
            ? stored
            : throw new InvalidOperationException($"This database holds the log '{stored}', and Log:Origin says '{configured}'. Set Log:Origin to '{stored}', or use another database.");
    }
}
