using System.Buffers;
using System.Text;

namespace AccessBroker.Evidence;

/// <summary>
/// As much of Thrift's compact protocol as Parquet's metadata takes: structs, lists, integers, booleans, strings. Fields are written in
/// ascending order of their numbers.
/// </summary>
internal sealed class ThriftWriter(ArrayBufferWriter<byte> output)
{
    private const byte True = 1, False = 2, I32 = 5, I64 = 6, Binary = 8, ListType = 9, StructType = 12, Stop = 0;

    private readonly Stack<int> _outer = new();
    private int _last; // number of the struct's previous field

    public ThriftWriter Int(int field, int value) => Header(field, I32).Zigzag(value);

    public ThriftWriter Long(int field, long value) => Header(field, I64).Zigzag(value);

    public ThriftWriter Bool(int field, bool value) => Header(field, value ? True : False);

    public ThriftWriter Text(int field, string value) => Header(field, Binary).Bytes(value);

    public ThriftWriter Ints(int field, params ReadOnlySpan<int> values)
    {
        Header(field, ListType).ListHeader(values.Length, I32);
        foreach (var value in values)
            Zigzag(value);
        return this;
    }

    public ThriftWriter Texts(int field, params ReadOnlySpan<string> values)
    {
        Header(field, ListType).ListHeader(values.Length, Binary);
        foreach (var value in values)
            Bytes(value);
        return this;
    }

    /// <summary>A list of structs; the caller follows with an <see cref="Open"/> and <see cref="Close"/> for each.</summary>
    public ThriftWriter Structs(int field, int count) => Header(field, ListType).ListHeader(count, StructType);

    /// <summary>Begins a struct as a field.</summary>
    public ThriftWriter Open(int field) => Header(field, StructType).Open();

    /// <summary>Begins a struct as the next element of a list, or as the whole.</summary>
    public ThriftWriter Open()
    {
        _outer.Push(_last);
        _last = 0;
        return this;
    }

    public ThriftWriter Close()
    {
        Byte(Stop);
        _last = _outer.Pop();
        return this;
    }

    private ThriftWriter Header(int field, byte type)
    {
        // The difference to the last field in four bits: Parquet's structs never leave out fifteen in a row.
        Byte((byte)(((field - _last) << 4) | type));
        _last = field;
        return this;
    }

    private ThriftWriter ListHeader(int count, byte type)
    {
        if (count < 15)
            return Byte((byte)((count << 4) | type));
        Byte((byte)(0xf0 | type));
        return Varint((ulong)count);
    }

    private ThriftWriter Bytes(string text)
    {
        Varint((ulong)Encoding.UTF8.GetByteCount(text));
        Encoding.UTF8.GetBytes(text, output);
        return this;
    }

    private ThriftWriter Zigzag(long value) => Varint((ulong)((value << 1) ^ (value >> 63)));

    private ThriftWriter Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            Byte((byte)(value | 0x80));
        return Byte((byte)value);
    }

    private ThriftWriter Byte(byte value)
    {
        output.GetSpan(1)[0] = value;
        output.Advance(1);
        return this;
    }
}
