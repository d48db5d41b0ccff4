using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace AccessBroker.Gateway;

internal static class Sha256
{
    /// <summary>Of zero bytes (FIPS 180-4), lower-case hexadecimal.</summary>
    public const string OfNothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    public static string Of(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, hash);
        return Convert.ToHexStringLower(hash);
    }
}

/// <summary>An incremental hash holds a native context; making one for each response costs more than hashing a small response.</summary>
internal static class HashPool
{
    private const int Most = 1024;
    private static readonly ConcurrentQueue<IncrementalHash> Free = new();

    public static IncrementalHash Rent() =>
        Free.TryDequeue(out var hash) ? hash : IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <param name="hash">Reset by its last user.</param>
    public static void Return(IncrementalHash hash)
    {
        if (Free.Count < Most)
            Free.Enqueue(hash);
        else
            hash.Dispose();
    }
}
