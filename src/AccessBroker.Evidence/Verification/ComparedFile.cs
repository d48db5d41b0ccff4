using System.Buffers.Binary;
using System.Globalization;

namespace AccessBroker.Evidence;

/// <summary>Reads a file of a bundle against what it should be, a block at a time.</summary>
internal sealed class ComparedFile(Stream file) : IDisposable
{
    private readonly byte[] _block = new byte[64 * 1024];
    private int _start, _end;

    /// <summary>Whether these bytes come next. Where not, the file is not to be read on.</summary>
    public bool Next(ReadOnlySpan<byte> expected)
    {
        while (true)
        {
            var length = Math.Min(expected.Length, _end - _start);
            if (!_block.AsSpan(_start, length).SequenceEqual(expected[..length]))
                return false;
            _start += length;
            expected = expected[length..];
            if (expected.IsEmpty)
                return true;
            if (!Fill())
                return false;
        }
    }

    /// <summary>Takes the decimal digits that come next; null where there is none, or no canonical number of 64 bits.</summary>
    public ulong? NextDigits()
    {
        Span<byte> digits = stackalloc byte[20];
        var length = 0;
        for (; (_start < _end || Fill()) && _block[_start] is >= (byte)'0' and <= (byte)'9' and var digit; _start++)
        {
            if (length == digits.Length)
                return null;
            digits[length++] = digit;
        }
        if (length == 0 || (length > 1 && digits[0] == (byte)'0'))
            return null;
        return ulong.TryParse(digits[..length], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    /// <summary>Takes a little-endian number of eight bytes; null where the file ends before.</summary>
    public long? NextInt64()
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        for (var read = 0; read < bytes.Length; read++)
        {
            if (_start == _end && !Fill())
                return null;
            bytes[read] = _block[_start++];
        }
        return BinaryPrimitives.ReadInt64LittleEndian(bytes);
    }

    public bool AtEnd() => _start == _end && !Fill();

    public void Dispose() => file.Dispose();

    private bool Fill()
    {
        (_start, _end) = (0, file.Read(_block));
        return _end > 0;
    }
}
