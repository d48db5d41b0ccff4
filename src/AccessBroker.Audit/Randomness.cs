using System.Buffers.Binary;
using System.Security.Cryptography;

namespace AccessBroker.Audit;

/// <summary>
/// Bytes of the system's cryptographic generator, drawn a thousand at once for each thread: a draw is a call into the kernel, and
/// every request needs four small ones (salt and nonce, and an id, of two entries). A byte is handed out once and wiped.
/// </summary>
public static class Randomness
{
    private const int Drawn = 1024;

    [ThreadStatic]
    private static byte[]? _bytes;

    [ThreadStatic]
    private static int _left;

    public static void Fill(Span<byte> output)
    {
        var bytes = _bytes ??= new byte[Drawn];
        if (output.Length > _left)
        {
            if (output.Length > Drawn)
            {
                RandomNumberGenerator.Fill(output);
                return;
            }
            RandomNumberGenerator.Fill(bytes);
            _left = Drawn;
        }
        _left -= output.Length;
        var own = bytes.AsSpan(_left, output.Length);
        own.CopyTo(output);
        own.Clear();
    }

    /// <summary>An entry's id: a UUIDv7 of this instant (RFC 9562 §5.7).</summary>
    public static Guid NewId(DateTimeOffset at)
    {
        Span<byte> id = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(id, at.ToUnixTimeMilliseconds() << 16);
        Fill(id[6..]);
        id[6] = (byte)(0x70 | (id[6] & 0x0F)); // version
        id[8] = (byte)(0x80 | (id[8] & 0x3F)); // variant
        return new Guid(id, bigEndian: true);
    }
}
