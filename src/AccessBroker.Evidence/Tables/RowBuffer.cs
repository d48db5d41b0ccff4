using System.Buffers.Text;

namespace AccessBroker.Evidence;

/// <summary>Bytes of one row, written one after the other into memory that the next row uses again.</summary>
internal sealed class RowBuffer
{
    private byte[] _bytes = new byte[2048];
    private int _length;

    /// <summary>Valid until the next change.</summary>
    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

    public void Clear() => _length = 0;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Room(bytes.Length));
        _length += bytes.Length;
    }

    public void Append(byte value)
    {
        Room(1)[0] = value;
        _length++;
    }

    public void Append(long number)
    {
        Utf8Formatter.TryFormat(number, Room(20), out var written);
        _length += written;
    }

    public void Append(ulong number)
    {
        Utf8Formatter.TryFormat(number, Room(20), out var written);
        _length += written;
    }

    private Span<byte> Room(int bytes)
    {
        if (_bytes.Length - _length < bytes)
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + bytes));
        return _bytes.AsSpan(_length);
    }
}
