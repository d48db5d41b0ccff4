using System.Security.Cryptography;
using AccessBroker.TransparencyLog;
using NSec.Cryptography;

namespace AccessBroker.Evidence.Tests;

/// <summary>A real Ed25519 key (libsodium), as the broker signs with.</summary>
internal sealed class TestSigner : INoteSigner
{
    private readonly byte[] _seed;

    public TestSigner(string name) : this(name, RandomNumberGenerator.GetBytes(32))
    {
    }

    private TestSigner(string name, byte[] seed)
    {
        _seed = seed;
        using var key = Import();
        Key = VerifierKey.ForEd25519(name, key.PublicKey.Export(KeyBlobFormat.RawPublicKey));
    }

    public VerifierKey Key { get; }

    /// <summary>The same key under another name.</summary>
    public TestSigner Under(string name) => new(name, _seed);

    public byte[] Sign(ReadOnlySpan<byte> message)
    {
        using var key = Import();
        return SignatureAlgorithm.Ed25519.Sign(key, message);
    }

    private NSec.Cryptography.Key Import() => NSec.Cryptography.Key.Import(SignatureAlgorithm.Ed25519, _seed, KeyBlobFormat.RawPrivateKey);
}
