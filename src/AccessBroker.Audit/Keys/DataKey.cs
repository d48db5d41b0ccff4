using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace AccessBroker.Audit;

/// <summary>
/// A key that seals bodies or names (<see cref="Aead"/>). It keeps the ciphers made for it: setting one up costs four times
/// as much as sealing a body, and every request seals two. They go with the key.
/// </summary>
/// <param name="id">What sealed bytes name.</param>
/// <param name="bytes">32 bytes, AES-256.</param>
public sealed class DataKey(int id, byte[] bytes)
{
    private const int MostIdle = 64;
    private readonly ConcurrentQueue<AesGcm> _idle = new();

    public int Id => id;

    /// <param name="nonce"><see cref="Aead.NonceSize"/> random bytes, never used again.</param>
    /// <param name="output">Exactly <see cref="Aead.Overhead"/> bytes longer than <paramref name="plain"/>.</param>
    public void Seal(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associated, ReadOnlySpan<byte> plain, Span<byte> output)
    {
        var cipher = Rent();
        Aead.Seal(cipher, nonce, associated, plain, output);
        Return(cipher);
    }

    public byte[] Seal(ReadOnlySpan<byte> associated, ReadOnlySpan<byte> plain)
    {
        var output = new byte[plain.Length + Aead.Overhead];
        Span<byte> nonce = stackalloc byte[Aead.NonceSize];
        RandomNumberGenerator.Fill(nonce);
        Seal(nonce, associated, plain, output);
        return output;
    }

    /// <exception cref="CryptographicException">Another key, other associated data, or altered bytes.</exception>
    public byte[] Open(ReadOnlySpan<byte> associated, ReadOnlySpan<byte> sealedBytes)
    {
        var cipher = Rent();
        var plain = Aead.Open(cipher, associated, sealedBytes);
        Return(cipher);
        return plain;
    }

    public override string ToString() => $"data key {id}";

    private AesGcm Rent() => _idle.TryDequeue(out var cipher) ? cipher : Aead.Cipher(bytes);

    private void Return(AesGcm cipher)
    {
        if (_idle.Count < MostIdle)
            _idle.Enqueue(cipher);
        else
            cipher.Dispose();
    }
}
