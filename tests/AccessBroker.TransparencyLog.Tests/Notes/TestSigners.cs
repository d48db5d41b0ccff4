using System.Security.Cryptography;
using NSec.Cryptography;

namespace AccessBroker.TransparencyLog.Tests.Notes;

/// <summary>An Ed25519 signer that is not ours (libsodium).</summary>
internal sealed class Ed25519Signer(string name) : INoteSigner, IDisposable
{
    private readonly Key _key = new(SignatureAlgorithm.Ed25519);

    public VerifierKey Key => VerifierKey.ForEd25519(name, _key.PublicKey.Export(KeyBlobFormat.RawPublicKey));

    public byte[] Sign(ReadOnlySpan<byte> message) => SignatureAlgorithm.Ed25519.Sign(_key, message);

    public void Dispose() => _key.Dispose();
}

/// <summary>A key service without Ed25519.</summary>
internal sealed class EcdsaSigner(string name) : INoteSigner, IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public VerifierKey Key => VerifierKey.ForEcdsaP256(name, _key.ExportSubjectPublicKeyInfo());

    public byte[] Sign(ReadOnlySpan<byte> message) =>
        _key.SignData(message.ToArray(), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

    public void Dispose() => _key.Dispose();
}

/// <summary>A witness that cosigns at a fixed time.</summary>
internal sealed class Cosigner(string name, ulong time = 1_679_315_147) : INoteSigner, IDisposable
{
    private readonly Key _key = new(SignatureAlgorithm.Ed25519);

    public VerifierKey Key => VerifierKey.ForCosigner(name, _key.PublicKey.Export(KeyBlobFormat.RawPublicKey));

    public byte[] Sign(ReadOnlySpan<byte> message) => SignAt(time, message);

    public byte[] SignAt(ulong seconds, ReadOnlySpan<byte> message) =>
        Cosignature.Join(seconds, SignatureAlgorithm.Ed25519.Sign(_key, Cosignature.Message(seconds, message)));

    public void Dispose() => _key.Dispose();
}
