using System.Buffers;
using System.Security.Cryptography;

namespace AccessBroker.TransparencyLog;

/// <summary>The hashes of an RFC 6962 §2.1 Merkle tree over SHA-256. A hash is always 32 bytes.</summary>
/// <remarks>
/// A leaf and a node begin with different bytes (0x00, 0x01), so that nobody can present a node as an entry.
/// </remarks>
public static class Merkle
{
    /// <summary>Bytes of a hash.</summary>
    public const int HashSize = SHA256.HashSizeInBytes;

    private const int OnStack = 1024;

    /// <summary>The root of a tree without leaves: SHA-256 of nothing. A new array each time.</summary>
    public static byte[] EmptyRoot => SHA256.HashData([]);

    /// <summary>SHA-256(0x00 ‖ <paramref name="data"/>) into the first 32 bytes of <paramref name="destination"/>.</summary>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is shorter than 32 bytes.</exception>
    public static void HashLeaf(ReadOnlySpan<byte> data, Span<byte> destination)
    {
        var length = 1 + data.Length;
        byte[]? rented = length > OnStack ? ArrayPool<byte>.Shared.Rent(length) : null;
        var input = rented is null ? stackalloc byte[OnStack] : rented;
        input[0] = 0x00;
        data.CopyTo(input[1..]);
        SHA256.HashData(input[..length], destination);
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
    }

    /// <inheritdoc cref="HashLeaf(ReadOnlySpan{byte}, Span{byte})"/>
    public static byte[] HashLeaf(ReadOnlySpan<byte> data)
    {
        var hash = new byte[HashSize];
        HashLeaf(data, hash);
        return hash;
    }

    /// <summary>SHA-256(0x01 ‖ left ‖ right) into <paramref name="destination"/>, which may overlap the inputs.</summary>
    /// <exception cref="ArgumentException">An input is not 32 bytes, or the destination is shorter.</exception>
    public static void HashNode(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, Span<byte> destination)
    {
        if (left.Length != HashSize || right.Length != HashSize)
            throw new ArgumentException($"A node is made of two hashes of {HashSize} bytes, not of {left.Length} and {right.Length}.");
        Span<byte> input = stackalloc byte[1 + 2 * HashSize];
        input[0] = 0x01;
        left.CopyTo(input[1..]);
        right.CopyTo(input[(1 + HashSize)..]);
        SHA256.HashData(input, destination);
    }

    /// <inheritdoc cref="HashNode(ReadOnlySpan{byte}, ReadOnlySpan{byte}, Span{byte})"/>
    public static byte[] HashNode(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        var hash = new byte[HashSize];
        HashNode(left, right, hash);
        return hash;
    }

    /// <summary>MTH (RFC 6962 §2.1) of the tree whose leaf hashes are given in order.</summary>
    public static byte[] Root(IReadOnlyList<byte[]> leafHashes)
    {
        ArgumentNullException.ThrowIfNull(leafHashes);
        var frontier = new Frontier();
        foreach (var leaf in leafHashes)
            frontier.Append(leaf);
        return frontier.Root();
    }
}
