using System.Buffers;
using System.Buffers.Binary;

namespace AccessBroker.Evidence;

/// <summary>What a column holds.</summary>
internal enum ParquetKind
{
    /// <summary>64 bits, signed.</summary>
    Number,

    /// <summary>Microseconds since 1970-01-01 UTC.</summary>
    Time,

    /// <summary>UTF-8.</summary>
    Text,
}

/// <summary>
/// One column of one row group: a single data page (version 1), PLAIN, not compressed. Whatever could be encoded in two ways is encoded in one:
/// definition levels as the longest runs.
/// </summary>
internal sealed class ParquetColumn(string name, ParquetKind kind, bool optional)
{
    private const int DataPage = 0, Plain = 0, Rle = 3;

    private readonly ArrayBufferWriter<byte> _values = new();
    private readonly ArrayBufferWriter<byte> _levels = new();
    private int _run;
    private bool _runIsPresent;

    public string Name => name;

    public ParquetKind Kind => kind;

    public bool IsOptional => optional;

    /// <summary>Values in this group, nulls too.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes of the values so far.</summary>
    public int Size => _values.WrittenCount;

    public void Add(long number)
    {
        Level(present: true);
        BinaryPrimitives.WriteInt64LittleEndian(_values.GetSpan(sizeof(long)), number);
        _values.Advance(sizeof(long));
    }

    public void Add(ReadOnlySpan<byte> utf8)
    {
        Level(present: true);
        var place = _values.GetSpan(sizeof(int) + utf8.Length);
        BinaryPrimitives.WriteInt32LittleEndian(place, utf8.Length);
        utf8.CopyTo(place[sizeof(int)..]);
        _values.Advance(sizeof(int) + utf8.Length);
    }

    public void AddNull() => Level(present: false);

    /// <summary>Writes the page and returns its header's and its own bytes together. The column is empty again after it.</summary>
    public void WritePage(ArrayBufferWriter<byte> output)
    {
        EndRun();
        var size = _values.WrittenCount + (optional ? sizeof(int) + _levels.WrittenCount : 0);
        new ThriftWriter(output).Open().Int(1, DataPage).Int(2, size).Int(3, size)
            .Open(5).Int(1, Count).Int(2, Plain).Int(3, Rle).Int(4, Rle).Close().Close();
        if (optional)
        {
            BinaryPrimitives.WriteInt32LittleEndian(output.GetSpan(sizeof(int)), _levels.WrittenCount);
            output.Advance(sizeof(int));
            output.Write(_levels.WrittenSpan);
        }
        output.Write(_values.WrittenSpan);
        _values.ResetWrittenCount();
        _levels.ResetWrittenCount();
        Count = 0;
    }

    private void Level(bool present)
    {
        Count++;
        if (!optional)
            return;
        if (present != _runIsPresent)
            EndRun();
        _runIsPresent = present;
        _run++;
    }

    /// <summary>A run of the RLE hybrid encoding: its length shifted left as a varint, then the level in one byte.</summary>
    private void EndRun()
    {
        if (_run == 0)
            return;
        var head = (uint)_run << 1;
        for (; head >= 0x80; head >>= 7)
            Byte((byte)(head | 0x80));
        Byte((byte)head);
        Byte(_runIsPresent ? (byte)1 : (byte)0);
        _run = 0;
    }

    private void Byte(byte value)
    {
        _levels.GetSpan(1)[0] = value;
        _levels.Advance(1);
    }
}
