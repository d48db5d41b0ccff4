using System.Globalization;
using System.Security.Cryptography;
using AccessBroker.Audit;
using AccessBroker.Evidence;
using AccessBroker.TransparencyLog;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace AccessBroker.Storage;

/// <summary>
/// The log's checkpoint keys. The database keeps them, the log says which of them count: a row whose entry is missing or names
/// another key is not used, so whoever can write the database alone can neither add a key nor keep an old one alive.
/// </summary>
/// <remarks>
/// A key signs until the instant that its successor's entry names. The first key stands in no entry: it is the one that the
/// customer was given, and everything since follows from it.
/// </remarks>
internal sealed partial class CheckpointKeys(
    IDeploymentKeys keys, IDbContextFactory<BrokerDbContext> contexts, ISecretBox box, ITrailReader log, Func<string> origin, Func<Hash32> system, TimeProvider time,
    ILogger<CheckpointKeys> logger) : IDisposable
{
    public const string Purpose = "checkpoint";
    private const string First = "1";
    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);
    private volatile IReadOnlyList<CheckpointKey> _known = [];

    /// <summary>Every key that the log names, oldest first.</summary>
    public IReadOnlyList<CheckpointKey> Known => _known.Count > 0 ? _known : Load();

    /// <summary>Those that sign now, newest first.</summary>
    public IReadOnlyList<CheckpointKey> Signing
    {
        get
        {
            var now = time.GetUtcNow();
            var signing = Known.Where(k => k.Signer is not null && (EndOf(k) is not { } end || now < end)).Reverse().ToList();
            return signing.Count > 0
                ? signing
                : throw new InvalidDataException("no checkpoint key can sign: the newest one's row is missing or was changed. Put the row of signing_key back from a backup.");
        }
    }

    /// <summary>Until when a key signs; null while nothing follows it.</summary>
    public DateTimeOffset? EndOf(CheckpointKey key) => _known.FirstOrDefault(k => k.Generation > key.Generation)?.Added!.Until;

    public static string RowId(int generation) => generation.ToString(CultureInfo.InvariantCulture);

    /// <summary>The name that binds the sealed private part to its row.</summary>
    public static string SealPurpose(string rowId) => $"{Purpose}/{rowId}";

    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            _known = await ReadAsync(await RowsAsync(cancellationToken), cancellationToken);
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose()
    {
        foreach (var key in _known)
            key.Signer?.Dispose();
        _one.Dispose();
    }

    /// <summary>At start, once: makes the log's first key where there is none.</summary>
    private IReadOnlyList<CheckpointKey> Load()
    {
        using (var context = contexts.CreateDbContext())
        {
            if (!context.SigningKeys.Any(k => k.Purpose == Purpose && k.KeyId == First))
                keys.GetOrCreate(Purpose, () => (First, [], RandomNumberGenerator.GetBytes(32)));
        }
        RefreshAsync(CancellationToken.None).GetAwaiter().GetResult();
        return _known;
    }

    private async Task<List<SigningKeyRow>> RowsAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await context.SigningKeys.AsNoTracking().Where(k => k.Purpose == Purpose).ToListAsync(cancellationToken);
        return [.. rows.Where(r => IsGeneration(r.KeyId)).OrderBy(Generation)];
    }

    /// <summary>A key that was found good stays so: entries never change, and a row that somebody takes away later is only missing after a restart.</summary>
    private async Task<IReadOnlyList<CheckpointKey>> ReadAsync(List<SigningKeyRow> rows, CancellationToken cancellationToken)
    {
        var found = _known.ToDictionary(k => k.Generation);
        foreach (var row in rows)
        {
            if (found.TryGetValue(Generation(row), out var known))
                found[known.Generation] = row.SealedPrivate.Length == 0 && known.Signer is not null ? known with { Signer = null } : known;
            else if (row.KeyId == First)
                found[1] = OpenFirst(row, await FirstKeyAsync(rows, cancellationToken));
            else if (await OpenAsync(row, cancellationToken) is { } key)
                found[key.Generation] = key;
        }
        return [.. found.Values.OrderBy(k => k.Generation)];
    }

    /// <summary>Its public part, where the private one is destroyed and only the next key's entry still says it.</summary>
    private async Task<VerifierKey?> FirstKeyAsync(List<SigningKeyRow> rows, CancellationToken cancellationToken)
    {
        foreach (var row in rows.Where(r => r.KeyId != First))
        {
            if (await AddedAsync(row, cancellationToken) is { } added)
                return added.Old;
        }
        return null;
    }

    private CheckpointKey OpenFirst(SigningKeyRow row, VerifierKey? replaced)
    {
        if (row.SealedPrivate.Length > 0)
        {
            var signer = new Ed25519Signer(origin(), box.Open(SealPurpose(First), row.SealedPrivate));
            return new CheckpointKey(1, null, signer.Key, signer);
        }
        return new CheckpointKey(1, null, replaced?.Under(origin()) ?? VerifierKey.ForEd25519(origin(), row.Public), null);
    }

    private async Task<CheckpointKey?> OpenAsync(SigningKeyRow row, CancellationToken cancellationToken)
    {
        if (await AddedAsync(row, cancellationToken) is not { } added)
            return NotInLog(row);
        if (row.SealedPrivate.Length == 0)
            return new CheckpointKey(Generation(row), added, added.New.Under(origin())!, null);
        Ed25519Signer signer;
        try
        {
            signer = new Ed25519Signer(origin(), box.Open(SealPurpose(row.KeyId), row.SealedPrivate));
        }
        catch (CryptographicException)
        {
            return NotInLog(row);
        }
        // The key itself, not its name: that follows the origin, which a restored backup changes.
        if (signer.Key.PublicKey.Span.SequenceEqual(added.New.PublicKey.Span))
            return new CheckpointKey(Generation(row), added, signer.Key, signer);
        signer.Dispose();
        return NotInLog(row);
    }

    private async Task<KeySuccession?> AddedAsync(SigningKeyRow row, CancellationToken cancellationToken)
    {
        try
        {
            return row.EntryIndex is { } index && await log.ReadAsync(index, cancellationToken) is { } entry ? CheckpointKeyEntries.ReadAdded(entry, system()) : null;
        }
        catch (InvalidDataException)
        {
            return null; // the entry it names was changed: publishing finds that too, and says so
        }
    }

    private CheckpointKey? NotInLog(SigningKeyRow row)
    {
        if (_told.Add(row.KeyId))
            LogNotInLog(row.KeyId);
        return null;
    }

    private static bool IsGeneration(string id) => int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && RowId(number) == id;

    private static int Generation(SigningKeyRow row) => int.Parse(row.KeyId, CultureInfo.InvariantCulture);

    [LoggerMessage(2031, LogLevel.Critical, "The checkpoint key {KeyId} in the database is not the one that an entry of the log names: it is not used. Somebody may have changed the database")]
    private partial void LogNotInLog(string keyId);
}
