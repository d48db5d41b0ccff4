using System.Buffers.Binary;

namespace AccessBroker.Gateway;

/// <summary>RFC 6455 §11.8.</summary>
internal enum Opcode : byte
{
    Continuation = 0x0,
    Text = 0x1,
    Binary = 0x2,
    Close = 0x8,
    Ping = 0x9,
    Pong = 0xA,
}

/// <summary>Header of a frame that a client sent (RFC 6455 §5.2): masked, without extension bits.</summary>
internal readonly record struct ClientFrame(bool Final, Opcode Opcode, int HeaderLength, int PayloadLength, uint Mask)
{
    public bool IsControl => (byte)Opcode >= 0x8;

    public int Length => HeaderLength + PayloadLength;

    public enum Reading { NeedMore, Complete, Violation, TooLarge }

    /// <param name="bytes">From the first byte of a frame on.</param>
    /// <param name="limit">Largest payload to accept, in bytes.</param>
    /// <param name="frame">Set only where the header, not necessarily the payload, is complete.</param>
    public static Reading ReadHeader(ReadOnlySpan<byte> bytes, int limit, out ClientFrame frame)
    {
        frame = default;
        if (bytes.Length < 2)
            return Reading.NeedMore;

        var opcode = (Opcode)(bytes[0] & 0x0F);
        var final = (bytes[0] & 0x80) != 0;
        var reserved = (bytes[0] & 0x70) != 0; // no extension was negotiated
        var masked = (bytes[1] & 0x80) != 0;   // §5.1: a client's frame must be
        var length = (ulong)(bytes[1] & 0x7F);
        if (reserved || !masked || !Enum.IsDefined(opcode))
            return Reading.Violation;
        if ((byte)opcode >= 0x8 && (!final || length > 125)) // §5.5
            return Reading.Violation;

        var at = 2;
        if (length == 126)
        {
            if (bytes.Length < 4)
                return Reading.NeedMore;
            length = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
            at = 4;
            if (length < 126) // the shortest form alone is allowed
                return Reading.Violation;
        }
        else if (length == 127)
        {
            if (bytes.Length < 10)
                return Reading.NeedMore;
            length = BinaryPrimitives.ReadUInt64BigEndian(bytes[2..]);
            at = 10;
            if (length <= ushort.MaxValue || length > long.MaxValue)
                return Reading.Violation;
        }

        if (length > (ulong)limit && (byte)opcode < 0x8)
            return Reading.TooLarge;
        if (bytes.Length < at + 4)
            return Reading.NeedMore;

        frame = new ClientFrame(final, opcode, at + 4, (int)length, BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]));
        return Reading.Complete;
    }

    /// <summary>§5.3: each byte is combined with the mask's byte at its position modulo four.</summary>
    public void Unmask(ReadOnlySpan<byte> payload, Span<byte> clear)
    {
        for (var i = 0; i < payload.Length; i++)
            clear[i] = (byte)(payload[i] ^ (byte)(Mask >> ((i & 3) * 8)));
    }
}
