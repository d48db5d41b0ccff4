using System.Security.Cryptography;
using AccessBroker.TransparencyLog;

namespace AccessBroker.Evidence.Tests;

/// <summary>A real P-256 key, as a key service signs with that has no Ed25519. Verified many times faster than Ed25519 in managed code.</summary>
internal sealed class EcdsaTestSigner(string name) : INoteSigner, IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public VerifierKey Key => VerifierKey.ForEcdsaP256(name, _key.ExportSubjectPublicKeyInfo());

    public byte[] Sign(ReadOnlySpan<byte> message) => _key.SignData(message, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

    public void Dispose() => _key.Dispose();
}
