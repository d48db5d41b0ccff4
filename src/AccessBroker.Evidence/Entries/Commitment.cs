using System.Security.Cryptography;

namespace AccessBroker.Evidence;

/// <summary>
/// Binds a header to its body and hides it: once body and salt are erased, nobody can test guesses of the body
/// against the commitment that stays in the header.
/// </summary>
public static class Commitment
{
    /// <summary>Random bytes in an entry's salt.</summary>
    public const int SaltSize = 32;

    /// <summary>commit = HMAC-SHA256(salt, body).</summary>
    /// <param name="salt">32 random bytes, new for each entry.</param>
    /// <param name="body">The exact canonical bytes.</param>
    public static Hash32 Compute(ReadOnlySpan<byte> salt, ReadOnlySpan<byte> body)
    {
        if (salt.Length != SaltSize)
            throw new ArgumentException($"A salt has {SaltSize} bytes, not {salt.Length}.", nameof(salt));
        Span<byte> mac = stackalloc byte[Hash32.Size];
        HMACSHA256.HashData(salt, body, mac);
        return new Hash32(mac);
    }
}
