using System.Collections.Concurrent;
using System.Security.Cryptography;
using AccessBroker.Audit;
using AccessBroker.Evidence;
using AccessBroker.TransparencyLog;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AccessBroker.Storage;

/// <summary>The log's identity: origin, checkpoint key and trail key, made at the first start and the same on every node.</summary>
internal sealed class LogKeys : ILogKeys, IDisposable
{
    private const string FirstOriginSetting = "log/first-origin";
    private readonly ConcurrentDictionary<string, Hash32> _trails = new(StringComparer.Ordinal);
    private readonly Lazy<string> _firstOrigin;
    private readonly Lazy<string?> _renamed;
    private readonly Lazy<byte[]> _trailKey;

    public LogKeys(
        IDeploymentKeys keys, IDbContextFactory<BrokerDbContext> contexts, IRestoreStore restores, ISecretBox box, ITrailReader log, IOptions<AuditOptions> options,
        TimeProvider time, ILogger<CheckpointKeys> logger)
    {
        _firstOrigin = new(() => ReadFirstOrigin(contexts, options.Value.Origin));
        _renamed = new(() => restores.ListAsync(CancellationToken.None).GetAwaiter().GetResult() is [.., var (_, origin)] ? origin : null);
        _trailKey = new(() => keys.GetOrCreate("trail", () => ("1", [], RandomNumberGenerator.GetBytes(32))).Secret);
        Checkpoints = new CheckpointKeys(keys, contexts, box, log, () => Origin, () => TrailOf(TrailId.System), time, logger);
    }

    /// <summary>The first one, unless a restore was declared.</summary>
    public string Origin => _renamed.Value ?? FirstOrigin;

    public string FirstOrigin => _firstOrigin.Value;

    public CheckpointKeys Checkpoints { get; }

    public IReadOnlyList<INoteSigner> Signers => [.. Checkpoints.Signing.Select(k => k.Signer!)];

    public IReadOnlyList<VerifierKey> EveryKey => [.. Checkpoints.Known.Select(k => k.Key)];

    public IReadOnlyList<KeySuccession> Successions => [.. Checkpoints.Known.Select(k => k.Added).OfType<KeySuccession>()];

    public Task RefreshAsync(CancellationToken cancellationToken) => Checkpoints.RefreshAsync(cancellationToken);

    public Hash32 TrailOf(string tenant) => _trails.GetOrAdd(tenant, static (t, key) => TrailId.Derive(key.Value, t), _trailKey);

    public void Dispose() => Checkpoints.Dispose();

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
