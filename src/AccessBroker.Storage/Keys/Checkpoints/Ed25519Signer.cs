using AccessBroker.TransparencyLog;
using NSec.Cryptography;

namespace AccessBroker.Storage;

/// <summary>Signs checkpoints with Ed25519 (RFC 8032): .NET 10 has none, NSec binds libsodium.</summary>
internal sealed class Ed25519Signer : INoteSigner, IDisposable
{
    private readonly Key _key;

    public Ed25519Signer(string name, ReadOnlySpan<byte> seed)
    {
        _key = NSec.Cryptography.Key.Import(SignatureAlgorithm.Ed25519, seed, KeyBlobFormat.RawPrivateKey);
        Key = VerifierKey.ForEd25519(name, _key.PublicKey.Export(KeyBlobFormat.RawPublicKey));
    }

    public VerifierKey Key { get; }

    public byte[] Sign(ReadOnlySpan<byte> message) => SignatureAlgorithm.Ed25519.Sign(_key, message);

    public void Dispose() => _key.Dispose();
}
