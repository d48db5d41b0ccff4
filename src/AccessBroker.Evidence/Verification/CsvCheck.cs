using System.Globalization;
using System.Text;

namespace AccessBroker.Evidence;

/// <summary>
/// Writes entries.csv again from the proved headers and bodies and compares. <c>idx</c> cannot be proved from a
/// bundle; it must at least ascend and stay below the checkpoint's size.
/// </summary>
/// <remarks>Remembers the first difference and throws it last, so that what is cryptographically wrong is reported first.</remarks>
internal sealed class CsvCheck : IDisposable
{
    private readonly Stream _file;
    private readonly StringBuilder _row = new(512);
    private readonly ulong _size;
    private ulong? _index;
    private bool _commaRead; // reading idx takes the comma after it, with which the rest of the row begins
    private EvidenceException? _difference;

    public CsvCheck(BundleReader files, ulong size)
    {
        _size = size;
        _file = new BufferedStream(files.OpenFile(BundleFiles.Entries), 64 * 1024);
        if (!Next(EntriesCsv.HeadRow))
            _difference = new EvidenceException(BundleFiles.Entries, "line 1", null, "is not the head row that this version writes");
    }

    public void Add(ReadOnlySpan<byte> bytes, in EntryHeader header, BodyState state, ReadOnlySpan<byte> body)
    {
        if (_difference is not null)
            return;
        if (ReadIndex() is not { } index || index >= _size || index <= _index)
            _difference = new EvidenceException(BundleFiles.Entries, "idx", header.Seq, "is missing, does not ascend, or lies beyond the checkpoint");
        else if (!Next(EntriesCsv.RowAfterIndex(_row, bytes, header, state, body)))
            _difference = new EvidenceException(BundleFiles.Entries, null, header.Seq, "its row differs from the proved entry");
        else
            _index = index;
    }

    /// <exception cref="EvidenceException">A row differs, or there are more rows than entries.</exception>
    public void Complete()
    {
        if (_difference is null && _file.ReadByte() >= 0)
            _difference = new EvidenceException(BundleFiles.Entries, null, null, "has more rows than there are entries");
        if (_difference is not null)
            throw _difference;
    }

    public void Dispose() => _file.Dispose();

    /// <summary>The digits up to the first comma.</summary>
    private ulong? ReadIndex()
    {
        Span<char> digits = stackalloc char[20];
        for (var i = 0; i <= digits.Length; i++)
        {
            var next = _file.ReadByte();
            if (next == ',')
            {
                _commaRead = true;
                return ulong.TryParse(digits[..i], NumberStyles.None, CultureInfo.InvariantCulture, out var index)
                    && (i == 1 || digits[0] != '0') ? index : null;
            }
            if (next < 0 || i == digits.Length)
                return null;
            digits[i] = (char)next;
        }
        return null;
    }

    private bool Next(byte[] expected)
    {
        var from = _commaRead ? 1 : 0;
        _commaRead = false;
        var actual = new byte[expected.Length - from];
        return _file.ReadAtLeast(actual, actual.Length, throwOnEndOfStream: false) == actual.Length
            && actual.AsSpan().SequenceEqual(expected.AsSpan(from));
    }
}
