using System.Collections.Concurrent;
using System.Security.Cryptography;
using AccessBroker.Audit;
using AccessBroker.Evidence;
using AccessBroker.TransparencyLog;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace AccessBroker.Storage;

/// <summary>The log's identity: origin, checkpoint key and trail key, made at the first start and the same on every node.</summary>
internal sealed class LogKeys(IDeploymentKeys keys, IDbContextFactory<BrokerDbContext> contexts, IOptions<AuditOptions> options) : ILogKeys, IDisposable
{
    private const string FirstOriginSetting = "log/first-origin";
    private readonly ConcurrentDictionary<string, Hash32> _trails = new(StringComparer.Ordinal);
    private readonly Lazy<string> _firstOrigin = new(() => ReadFirstOrigin(contexts, options.Value.Origin));
    private readonly Lazy<byte[]> _trailKey = new(() => keys.GetOrCreate("trail", () => ("1", [], RandomNumberGenerator.GetBytes(32))).Secret);
    private readonly Lazy<Ed25519Signer> _signer = new(() => CreateSigner(keys, options.Value.Origin));

    public string Origin => options.Value.Origin;

    public string FirstOrigin => _firstOrigin.Value;

    public IReadOnlyList<INoteSigner> Signers => [_signer.Value];

    public Hash32 TrailOf(string tenant) => _trails.GetOrAdd(tenant, static (t, key) => TrailId.Derive(key.Value, t), _trailKey);

    public void Dispose()
    {
        if (_signer.IsValueCreated)
            _signer.Value.Dispose();
    }

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
