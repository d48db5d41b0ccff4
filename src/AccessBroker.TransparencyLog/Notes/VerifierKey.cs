using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;

namespace AccessBroker.TransparencyLog;

/// <summary>
/// A public key that verifies notes, with the name it signs under (C2SP signed-note, "Verifier keys"):
/// <c>name+keyid+base64(type ‖ key)</c>. Immutable; equal when its text is.
/// </summary>
public sealed class VerifierKey : IEquatable<VerifierKey>
{
    /// <summary>SEQUENCE { SEQUENCE { id-ecPublicKey, secp256r1 }, BIT STRING { 04 …</summary>
    private static ReadOnlySpan<byte> P256Beginning =>
    [
        0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04,
    ];

    private readonly byte[] _key;

    private VerifierKey(string name, NoteAlgorithm algorithm, byte[] key)
    {
        Name = name;
        Algorithm = algorithm;
        _key = key;
        KeyId = ComputeKeyId(name, algorithm, key);
    }

    /// <summary>The name in the signature line; for a log it equals the checkpoint's origin.</summary>
    public string Name { get; }

    /// <summary>The first four bytes of a hash of the key, big-endian. Finds the key, proves nothing.</summary>
    public uint KeyId { get; }

    /// <summary>How it signs.</summary>
    public NoteAlgorithm Algorithm { get; }

    /// <summary>32 bytes for Ed25519 and cosignatures, an SPKI in DER for ECDSA.</summary>
    public ReadOnlyMemory<byte> PublicKey => _key;

    /// <summary>An Ed25519 key of 32 bytes.</summary>
    /// <exception cref="ArgumentException">The name or the key's length does not do.</exception>
    public static VerifierKey ForEd25519(string name, ReadOnlySpan<byte> publicKey) => Create(name, NoteAlgorithm.Ed25519, publicKey);

    /// <summary>A P-256 key, as SPKI in DER.</summary>
    /// <exception cref="ArgumentException">The name does not do, or the bytes are no P-256 key.</exception>
    public static VerifierKey ForEcdsaP256(string name, ReadOnlySpan<byte> subjectPublicKeyInfo) =>
        Create(name, NoteAlgorithm.EcdsaP256, subjectPublicKeyInfo);

    /// <summary>A witness' Ed25519 key of 32 bytes.</summary>
    /// <exception cref="ArgumentException">The name or the key's length does not do.</exception>
    public static VerifierKey ForCosigner(string name, ReadOnlySpan<byte> publicKey) => Create(name, NoteAlgorithm.CosignatureV1, publicKey);

    /// <summary>The same key under another name; null where that cannot be a key's name.</summary>
    public VerifierKey? Under(string name) => KeyName.IsValid(name) ? new VerifierKey(name, Algorithm, _key) : null;

    /// <summary>Reads <c>name+keyid+base64</c>.</summary>
    /// <exception cref="FormatException">With the reason.</exception>
    public static VerifierKey Parse(string text) => TryParse(text, out var key, out var error) ? key : throw new FormatException(error);

    /// <summary>Reads <c>name+keyid+base64</c>, or says in a sentence what is wrong with it.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out VerifierKey? key, [NotNullWhen(false)] out string? error)
    {
        key = null;
        // The base64 may hold a plus too, the name may not: so the first two separate.
        if (text?.Split('+', 3) is not [var name, var id, var base64])
            error = "A verifier key has the form name+keyid+base64; this has fewer parts.";
        else if (!KeyName.IsValid(name))
            error = "The name of a verifier key must not be empty nor hold a space or a control character.";
        else if (id.Length != 8 || !id.All(char.IsAsciiHexDigitLower))
            error = $"The key id of {name} must be 8 lower-case hexadecimal digits.";
        else if (!Base64.TryDecode(base64, out var typed) || typed.Length < 2)
            error = $"The key of {name} is not canonical base64 of a type byte and a key.";
        else if (Check((NoteAlgorithm)typed[0], typed.AsSpan(1)) is { } problem)
            error = $"The key of {name} cannot be used: {problem}";
        else
        {
            var candidate = new VerifierKey(name, (NoteAlgorithm)typed[0], typed[1..]);
            if (candidate.KeyId == uint.Parse(id, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture))
            {
                (key, error) = (candidate, null);
                return true;
            }
            error = $"The key id of {name} is {id}, but its key has {candidate.KeyId:x8}: a part was mistyped or exchanged.";
        }
        return false;
    }

    /// <summary>Whether the signature (without the key id that stands before it in a note) is this key's over the message.</summary>
    /// <param name="message">The note's text, as UTF-8, for every algorithm.</param>
    /// <param name="signature">As <see cref="NoteAlgorithm"/> says; anything else is false.</param>
    public bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) => Algorithm switch
    {
        NoteAlgorithm.Ed25519 => Ed25519.Verify(_key, message, signature),
        NoteAlgorithm.CosignatureV1 => Cosignature.Verify(_key, message, signature),
        _ => VerifyEcdsa(message, signature),
    };

    /// <summary>The text that <see cref="Parse"/> reads.</summary>
    public override string ToString() => $"{Name}+{KeyId:x8}+{Convert.ToBase64String([(byte)Algorithm, .. _key])}";

    /// <inheritdoc/>
    public bool Equals(VerifierKey? other) =>
        other is not null && other.Name == Name && other.Algorithm == Algorithm && other._key.AsSpan().SequenceEqual(_key);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as VerifierKey);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, KeyId);

    private static VerifierKey Create(string name, NoteAlgorithm algorithm, ReadOnlySpan<byte> key)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!KeyName.IsValid(name))
            throw new ArgumentException("A key's name must not be empty nor hold a space, a plus or a control character.", nameof(name));
        return Check(algorithm, key) is { } problem
            ? throw new ArgumentException(problem, nameof(key))
            : new VerifierKey(name, algorithm, key.ToArray());
    }

    /// <summary>Null when the key can be used, else a sentence.</summary>
    private static string? Check(NoteAlgorithm algorithm, ReadOnlySpan<byte> key) => algorithm switch
    {
        NoteAlgorithm.Ed25519 or NoteAlgorithm.CosignatureV1 =>
            key.Length == Ed25519.PublicKeySize ? null : $"an Ed25519 key has {Ed25519.PublicKeySize} bytes, not {key.Length}.",
        NoteAlgorithm.EcdsaP256 => IsP256(key) ? null : "it is no P-256 public key (SubjectPublicKeyInfo in DER).",
        _ => $"signature type 0x{(byte)algorithm:x2} is not supported; 0x01, 0x02 and 0x04 are.",
    };

    /// <summary>
    /// RFC 5480 §2: in DER, such a key is one fixed beginning and a point that is not compressed. The system's library is asked
    /// only whether the point is on the curve: of other curves' names it throws what depends on the platform.
    /// </summary>
    private static bool IsP256(ReadOnlySpan<byte> spki)
    {
        if (spki.Length != P256Beginning.Length + 64 || !spki.StartsWith(P256Beginning))
            return false;
        try
        {
            using var key = Import(spki);
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private bool VerifyEcdsa(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        using var key = Import(_key);
        return key.VerifyData(message, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    }

    private static ECDsa Import(ReadOnlySpan<byte> spki)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportSubjectPublicKeyInfo(spki, out _);
            return key;
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    private static uint ComputeKeyId(string name, NoteAlgorithm algorithm, byte[] key)
    {
        // signed-note, "Signature types": the ECDSA id hashes the SPKI alone, all others name, newline, type and key.
        byte[] input = algorithm == NoteAlgorithm.EcdsaP256
            ? key
            : [.. NoteText.StrictUtf8.GetBytes(name), (byte)'\n', (byte)algorithm, .. key];
        return BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(input));
    }
}
