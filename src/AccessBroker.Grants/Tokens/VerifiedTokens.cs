using System.Buffers;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace AccessBroker.Grants;

/// <summary>
/// Verified tokens by SHA-256 of the token, so that a signature is checked once and not at every request. Bounded by two
/// generations: when the young one is full it becomes the old one, and what nobody asks for is gone with the next change.
/// </summary>
internal sealed class VerifiedTokens(int generation = 8192)
{
    private ConcurrentDictionary<TokenHash, VerifiedToken> _young = new();
    private ConcurrentDictionary<TokenHash, VerifiedToken> _old = new();
    private int _added; // the dictionary's own count takes all its locks

    /// <summary>Holds the whole hash: a shortened key would let a token pass for another.</summary>
    public readonly record struct TokenHash(UInt128 High, UInt128 Low);

    /// <summary>Allocates nothing for tokens of usual length.</summary>
    public static TokenHash HashOf(string token)
    {
        var size = Encoding.UTF8.GetMaxByteCount(token.Length);
        var rented = size > 4096 ? ArrayPool<byte>.Shared.Rent(size) : null;
        var buffer = rented ?? stackalloc byte[4096];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(buffer[..Encoding.UTF8.GetBytes(token, buffer)], hash);
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented, clearArray: true);
        return new TokenHash(
            System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(hash),
            System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(hash[16..]));
    }

    public VerifiedToken? Find(in TokenHash hash)
    {
        if (_young.TryGetValue(hash, out var claims))
            return claims;
        if (!_old.TryGetValue(hash, out claims))
            return null;
        Add(hash, claims); // still asked for: survives the next change of generations
        return claims;
    }

    public void Add(in TokenHash hash, VerifiedToken claims)
    {
        var young = _young;
        young[hash] = claims;
        if (Interlocked.Increment(ref _added) < generation || Interlocked.CompareExchange(ref _young, new(), young) != young)
            return;
        _old = young;
        Volatile.Write(ref _added, 0);
    }
}
