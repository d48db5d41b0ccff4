using System.Buffers.Binary;

namespace AccessBroker.Evidence;

/// <summary>
/// Writes entries.parquet again from the proved headers and bodies and compares. Of the file itself nothing is believed: only the indices are
/// taken from where they must stand, because a bundle cannot prove them, and must ascend below the checkpoint's size.
/// </summary>
/// <remarks>Remembers the first difference and throws it last, so that what is cryptographically wrong is reported first.</remarks>
internal sealed class ParquetCheck : IDisposable
{
    private readonly BufferedStream _file;
    private readonly ulong _size;
    private readonly EntryRows _rows = new();
    private ulong? _first, _lastSeq;
    private long _lastIndex = -1;
    private EvidenceException? _difference;

    public ParquetCheck(BundleReader files, ulong size)
    {
        (_file, _size) = (new BufferedStream(files.OpenFile(BundleFiles.Parquet), 64 * 1024), size);
        if (!Next(ParquetFooter.Magic))
            _difference = new EvidenceException(BundleFiles.Parquet, null, null, "does not begin with PAR1");
    }

    public void Add(Hash32 leaf, in EntryHeader header, BodyState state, ReadOnlySpan<byte> body)
    {
        if (_difference is not null)
            return;
        _first ??= header.Seq;
        _lastSeq = header.Seq;
        // Eight bytes whatever the index is: the size of the group does not depend on what is read into it below.
        _rows.AddIndex(0);
        _rows.Add(leaf, header, state, body);
        if (_rows.IsFull)
            CompareGroup();
    }

    /// <exception cref="EvidenceException">The file is not the one that these entries give.</exception>
    public void Complete()
    {
        if (_difference is null && _rows.Count > 0)
            CompareGroup();
        if (_difference is null && !(Next(_rows.Footer()) && _file.ReadByte() < 0))
            _difference = new EvidenceException(BundleFiles.Parquet, null, null, "its end (schema and row groups) is not what these entries give");
        if (_difference is not null)
            throw _difference;
    }

    public void Dispose() => _file.Dispose();

    private void CompareGroup()
    {
        var rows = _rows.Count;
        foreach (var (column, bytes) in _rows.TakeGroup())
        {
            if (_difference is null)
                _difference = column == "idx" ? Indices(bytes.Span, rows) : Next(bytes.Span) ? null : Differs(column, "differs from the proved entries");
        }
        _first = null;
    }

    /// <summary>The page's header is known; the numbers after it are as the file says.</summary>
    private EvidenceException? Indices(ReadOnlySpan<byte> expected, int rows)
    {
        if (!Next(expected[..^(rows * sizeof(long))]))
            return Differs("idx", "does not begin as this version writes it");
        Span<byte> number = stackalloc byte[sizeof(long)];
        for (var row = 0; row < rows; row++)
        {
            if (_file.ReadAtLeast(number, number.Length, throwOnEndOfStream: false) < number.Length)
                return Differs("idx", "is cut off");
            var index = BinaryPrimitives.ReadInt64LittleEndian(number);
            if (index <= _lastIndex || (ulong)index >= _size)
                return new EvidenceException(BundleFiles.Parquet, "idx", _first + (ulong)row, "does not ascend, or lies beyond the checkpoint");
            _lastIndex = index;
        }
        return null;
    }

    private EvidenceException Differs(string column, string how) =>
        new(BundleFiles.Parquet, column, _first, $"(its row group ends with entry {_lastSeq}): {how}");

    private bool Next(ReadOnlySpan<byte> expected)
    {
        var actual = new byte[expected.Length];
        return _file.ReadAtLeast(actual, actual.Length, throwOnEndOfStream: false) == actual.Length && expected.SequenceEqual(actual);
    }
}
