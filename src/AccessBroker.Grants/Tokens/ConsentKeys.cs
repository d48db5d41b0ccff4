using System.Buffers.Text;
using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using AccessBroker.Storage;

namespace AccessBroker.Grants;

/// <summary>
/// The P-256 keys that sign consent tokens. The first start makes one; every node reads all of them, signs with the newest
/// and accepts each that is not retired.
/// </summary>
internal sealed class ConsentKeys(IDeploymentKeys keys)
{
    private const string Purpose = "consent-token";
    private Ring? _ring;

    public sealed record Key(string Id, ECDsa Signer);

    private sealed record Ring(Key Newest, FrozenDictionary<string, Key> ById);

    public Key Newest => Loaded.Newest;

    public IEnumerable<Key> All => Loaded.ById.Values.OrderBy(k => k.Id, StringComparer.Ordinal);

    private Ring Loaded => _ring ?? throw new InvalidOperationException("The consent keys are read when the server starts; it has not started.");

    public ECDsa? Find(string id) => Loaded.ById.GetValueOrDefault(id)?.Signer;

    /// <summary>Reads the keys, and makes the first one where there is none.</summary>
    public void Load()
    {
        if (_ring is null)
            keys.GetOrCreate(Purpose, Create);
        var known = _ring?.ById;
        var live = keys.All(Purpose).Where(k => k.RetiredAt is null).Select(k => known?.GetValueOrDefault(k.KeyId) ?? Open(k)).ToList();
        _ring = new Ring(live[0], live.ToFrozenDictionary(k => k.Id, StringComparer.Ordinal));
    }

    private static (string KeyId, byte[] Public, byte[] Secret) Create()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return (Thumbprint(key), key.ExportSubjectPublicKeyInfo(), key.ExportPkcs8PrivateKey());
    }

    /// <summary>The id is recomputed from the key, so that a row cannot give one key another's id.</summary>
    private static Key Open(DeploymentKey stored)
    {
        var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(stored.Secret, out _);
        return new Key(Thumbprint(key), key);
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
