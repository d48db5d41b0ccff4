using System.Buffers.Text;
using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using AccessBroker.Storage;
using Microsoft.EntityFrameworkCore;

namespace AccessBroker.Grants;

/// <summary>
/// The P-256 keys that sign consent tokens. The first start makes one and stores it sealed; every node reads all of them,
/// signs with the newest and accepts each that is not retired.
/// </summary>
internal sealed class ConsentKeys(IDbContextFactory<BrokerDbContext> contexts, ISecretBox box, TimeProvider time)
{
    private const string Purpose = "consent-token";
    private Keys? _keys;

    public sealed record Key(string Id, ECDsa Signer, DateTimeOffset CreatedAt);

    private sealed record Keys(Key Newest, FrozenDictionary<string, Key> ById);

    public Key Newest => Loaded.Newest;

    public IEnumerable<Key> All => Loaded.ById.Values.OrderByDescending(k => k.CreatedAt);

    private Keys Loaded => _keys ?? throw new InvalidOperationException("The consent keys are read when the server starts; it has not started.");

    public ECDsa? Find(string id) => Loaded.ById.GetValueOrDefault(id)?.Signer;

    /// <summary>Reads the keys, and makes the first one where there is none.</summary>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await ReadAsync(context, cancellationToken);
        if (rows.Count == 0)
        {
            context.SigningKeys.Add(NewRow());
            await context.SaveChangesAsync(cancellationToken);
            rows = await ReadAsync(context, cancellationToken); // another node's first start may have added one too
        }
        var known = _keys?.ById;
        var keys = rows.Select(r => known?.GetValueOrDefault(r.KeyId) ?? Open(r)).OrderBy(k => k.CreatedAt).ThenBy(k => k.Id, StringComparer.Ordinal).ToList();
        _keys = new Keys(keys[^1], keys.ToFrozenDictionary(k => k.Id, StringComparer.Ordinal));
    }

    private static Task<List<SigningKeyRow>> ReadAsync(BrokerDbContext context, CancellationToken cancellationToken) =>
        context.SigningKeys.AsNoTracking().Where(k => k.Purpose == Purpose && k.RetiredAt == null).ToListAsync(cancellationToken);

    private SigningKeyRow NewRow()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new SigningKeyRow
        {
            Purpose = Purpose,
            KeyId = Thumbprint(key),
            Public = key.ExportSubjectPublicKeyInfo(),
            SealedPrivate = box.Seal(Purpose, key.ExportPkcs8PrivateKey()),
            CreatedAt = time.Now(),
        };
    }

    /// <summary>The id is recomputed from the key, so that a row cannot give one key another's id.</summary>
    private Key Open(SigningKeyRow row)
    {
        var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(box.Open(Purpose, row.SealedPrivate), out _);
        return new Key(Thumbprint(key), key, row.CreatedAt);
    }

    /// <summary>JWK thumbprint (RFC 7638), base64url.</summary>
    private static string Thumbprint(ECDsa key)
    {
        var (x, y) = Coordinates(key);
        return Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes($$"""{"crv":"P-256","kty":"EC","x":"{{x}}","y":"{{y}}"}""")));
    }

    /// <summary>The public point, base64url, as a JWK has it (RFC 7518 §6.2.1).</summary>
    public static (string X, string Y) Coordinates(ECDsa key)
    {
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        return (Base64Url.EncodeToString(point.X), Base64Url.EncodeToString(point.Y));
    }
}
