using System.Buffers;
using System.Buffers.Binary;

namespace AccessBroker.Evidence;

/// <summary>Where one column of one row group lies.</summary>
/// <param name="Offset">Of its page's header, from the file's start.</param>
/// <param name="Size">Page header and page.</param>
internal readonly record struct ParquetChunk(long Offset, int Size);

/// <summary>The end of a Parquet file: schema, row groups, the footer's own length, magic (Apache Parquet, FileMetaData).</summary>
internal sealed class ParquetFooter(IReadOnlyList<ParquetColumn> columns)
{
    private const int Int64 = 2, ByteArray = 6, Required = 0, Optional = 1, Utf8 = 0, TimestampMicros = 10, Plain = 0, Rle = 3, Uncompressed = 0;

    private readonly List<(int Rows, ParquetChunk[] Chunks)> _groups = [];
    private long _rows;

    public static ReadOnlySpan<byte> Magic => "PAR1"u8;

    public void Add(int rows, ParquetChunk[] chunks)
    {
        _groups.Add((rows, chunks));
        _rows += rows;
    }

    public byte[] ToBytes()
    {
        var output = new ArrayBufferWriter<byte>();
        var thrift = new ThriftWriter(output).Open().Int(1, 1);
        Schema(thrift);
        thrift.Long(3, _rows).Structs(4, _groups.Count);
        foreach (var (rows, chunks) in _groups)
            Group(thrift, rows, chunks);
        thrift.Text(6, "AccessBroker").Close();
        var length = output.WrittenCount;
        BinaryPrimitives.WriteInt32LittleEndian(output.GetSpan(sizeof(int)), length);
        output.Advance(sizeof(int));
        output.Write(Magic);
        return output.WrittenSpan.ToArray();
    }

    private void Schema(ThriftWriter thrift)
    {
        thrift.Structs(2, columns.Count + 1).Open().Text(4, "entry").Int(5, columns.Count).Close();
        foreach (var column in columns)
        {
            thrift.Open().Int(1, TypeOf(column)).Int(3, column.IsOptional ? Optional : Required).Text(4, column.Name);
            if (column.Kind == ParquetKind.Text)
                thrift.Int(6, Utf8).Open(10).Open(1).Close().Close(); // STRING
            if (column.Kind == ParquetKind.Time)
                thrift.Int(6, TimestampMicros).Open(10).Open(8).Bool(1, true).Open(2).Open(2).Close().Close().Close().Close(); // UTC, microseconds
            thrift.Close();
        }
    }

    private void Group(ThriftWriter thrift, int rows, ParquetChunk[] chunks)
    {
        thrift.Open().Structs(1, chunks.Length);
        for (var i = 0; i < chunks.Length; i++)
        {
            var (offset, size) = chunks[i];
            thrift.Open().Long(2, offset).Open(3).Int(1, TypeOf(columns[i])).Ints(2, Plain, Rle).Texts(3, columns[i].Name).Int(4, Uncompressed)
                .Long(5, rows).Long(6, size).Long(7, size).Long(9, offset).Close().Close();
        }
        thrift.Long(2, chunks.Sum(c => (long)c.Size)).Long(3, rows).Close();
    }

    private static int TypeOf(ParquetColumn column) => column.Kind == ParquetKind.Text ? ByteArray : Int64;
}
