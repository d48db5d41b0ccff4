using System.Buffers.Binary;
using System.Security.Cryptography;
using AccessBroker.Evidence;

namespace AccessBroker.Audit;

/// <summary>
/// A bundle's bodies blob: for each entry a big-endian u32 length, then key id u32 ‖ AES-256-GCM(salt ‖ body) with the
/// entry id as associated data. Length 0 stands for a body that was erased or pruned.
/// </summary>
public static class SealedBodies
{
    private const int KeyIdSize = sizeof(uint);

    /// <param name="nonce"><see cref="Aead.NonceSize"/> random bytes, never used again.</param>
    /// <returns>What follows the length prefix.</returns>
    public static byte[] Seal(DataKey key, Guid entryId, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> body)
    {
        Span<byte> id = stackalloc byte[16];
        entryId.TryWriteBytes(id, bigEndian: true, out _);
        var plain = new byte[salt.Length + body.Length];
        salt.CopyTo(plain);
        body.CopyTo(plain.AsSpan(salt.Length));
        var sealedBody = new byte[KeyIdSize + plain.Length + Aead.Overhead];
        BinaryPrimitives.WriteUInt32BigEndian(sealedBody, (uint)key.Id);
        key.Seal(nonce, id, plain, sealedBody.AsSpan(KeyIdSize));
        return sealedBody;
    }

    public static byte[] Join(IReadOnlyList<byte[]> sealedBodies)
    {
        var blob = new byte[sealedBodies.Sum(b => sizeof(uint) + b.Length)];
        var rest = blob.AsSpan();
        foreach (var body in sealedBodies)
        {
            BinaryPrimitives.WriteUInt32BigEndian(rest, (uint)body.Length);
            body.CopyTo(rest[sizeof(uint)..]);
            rest = rest[(sizeof(uint) + body.Length)..];
        }
        return blob;
    }

    /// <summary>Splits a blob into its slices, in entry order; empty where erased.</summary>
    /// <exception cref="InvalidDataException">The blob is cut off or too long: someone changed the row.</exception>
    public static IReadOnlyList<ReadOnlyMemory<byte>> Split(byte[] blob, int count)
    {
        var slices = new ReadOnlyMemory<byte>[count];
        var position = 0;
        for (var i = 0; i < count; i++)
        {
            if (blob.Length - position < sizeof(uint))
                throw new InvalidDataException($"The bodies of a bundle end before body {i} of {count}.");
            var length = BinaryPrimitives.ReadUInt32BigEndian(blob.AsSpan(position));
            position += sizeof(uint);
            if (length > blob.Length - position)
                throw new InvalidDataException($"Body {i} of a bundle claims {length} bytes, {blob.Length - position} are there.");
            slices[i] = blob.AsMemory(position, (int)length);
            position += (int)length;
        }
        return position == blob.Length ? slices : throw new InvalidDataException($"{blob.Length - position} bytes follow the last body of a bundle.");
    }

    /// <returns>Salt and body, or null where it was erased (empty slice, or its data key is destroyed).</returns>
    /// <exception cref="CryptographicException">The sealed bytes were altered, or moved from another entry.</exception>
    public static (byte[] Salt, byte[] Body)? Open(IDataKeys keys, Guid entryId, ReadOnlySpan<byte> sealedBody)
    {
        if (sealedBody.IsEmpty)
            return null;
        if (sealedBody.Length < KeyIdSize || keys.Find((int)BinaryPrimitives.ReadUInt32BigEndian(sealedBody)) is not { } key)
            return null;
        Span<byte> id = stackalloc byte[16];
        entryId.TryWriteBytes(id, bigEndian: true, out _);
        var plain = key.Open(id, sealedBody[KeyIdSize..]);
        return (plain[..Commitment.SaltSize], plain[Commitment.SaltSize..]);
    }
}
