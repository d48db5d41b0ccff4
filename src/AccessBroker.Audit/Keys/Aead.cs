using System.Security.Cryptography;

namespace AccessBroker.Audit;

/// <summary>AES-256-GCM with a random 96-bit nonce (NIST SP 800-38D): nonce[12] ‖ ciphertext ‖ tag[16].</summary>
public static class Aead
{
    public const int Overhead = NonceSize + TagSize;
    public const int NonceSize = 12;
    private const int TagSize = 16;

    /// <summary>For one thread at a time.</summary>
    public static AesGcm Cipher(byte[] key) => new(key, TagSize);

    public static byte[] Seal(byte[] key, ReadOnlySpan<byte> associated, ReadOnlySpan<byte> plain)
    {
        var output = new byte[plain.Length + Overhead];
        Span<byte> nonce = stackalloc byte[NonceSize];
        RandomNumberGenerator.Fill(nonce);
        using var cipher = Cipher(key);
        Seal(cipher, nonce, associated, plain, output);
        return output;
    }

    /// <param name="nonce">Random, and never used again.</param>
    /// <param name="output">Exactly <see cref="Overhead"/> bytes longer than <paramref name="plain"/>.</param>
    public static void Seal(AesGcm cipher, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associated, ReadOnlySpan<byte> plain, Span<byte> output)
    {
        nonce.CopyTo(output);
        cipher.Encrypt(nonce, plain, output.Slice(NonceSize, plain.Length), output[^TagSize..], associated);
    }

    /// <exception cref="CryptographicException">Another key, other associated data, or altered bytes.</exception>
    public static byte[] Open(byte[] key, ReadOnlySpan<byte> associated, ReadOnlySpan<byte> sealedBytes)
    {
        using var cipher = Cipher(key);
        return Open(cipher, associated, sealedBytes);
    }

    /// <exception cref="CryptographicException">Another key, other associated data, or altered bytes.</exception>
    public static byte[] Open(AesGcm cipher, ReadOnlySpan<byte> associated, ReadOnlySpan<byte> sealedBytes)
    {
        if (sealedBytes.Length < Overhead)
            throw new CryptographicException("The sealed bytes are too short to hold a nonce and a tag.");
        var plain = new byte[sealedBytes.Length - Overhead];
        cipher.Decrypt(sealedBytes[..NonceSize], sealedBytes[NonceSize..^TagSize], sealedBytes[^TagSize..], plain, associated);
        return plain;
    }
}
