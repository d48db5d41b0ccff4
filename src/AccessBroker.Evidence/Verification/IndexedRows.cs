using System.Globalization;

namespace AccessBroker.Evidence;

/// <summary>
/// Reads a convenience file against what it should be. The index in each row cannot be proved from a bundle; it must at least
/// ascend and stay below the checkpoint's size.
/// </summary>
internal sealed class IndexedRows(Stream file, ulong size) : IDisposable
{
    private ulong? _last;
    private int _ahead = -1; // reading an index takes the byte after it

    /// <summary>Whether these bytes come next.</summary>
    public bool Next(ReadOnlySpan<byte> expected)
    {
        if (expected.IsEmpty)
            return true;
        var from = 0;
        if (_ahead >= 0)
        {
            if (expected[0] != _ahead)
                return false;
            (_ahead, from) = (-1, 1);
        }
        var actual = new byte[expected.Length - from];
        return file.ReadAtLeast(actual, actual.Length, throwOnEndOfStream: false) == actual.Length && expected[from..].SequenceEqual(actual);
    }

    /// <summary>Whether a canonical number comes next that is larger than the one before and smaller than the log.</summary>
    public bool NextIndex()
    {
        Span<char> digits = stackalloc char[20];
        var length = 0;
        int next;
        while ((next = file.ReadByte()) is >= '0' and <= '9')
        {
            if (length == digits.Length)
                return false;
            digits[length++] = (char)next;
        }
        _ahead = next;
        if (length == 0 || (length > 1 && digits[0] == '0') || !ulong.TryParse(digits[..length], NumberStyles.None, CultureInfo.InvariantCulture, out var index))
            return false;
        if (index >= size || index <= _last)
            return false;
        _last = index;
        return true;
    }

    public bool AtEnd() => _ahead < 0 && file.ReadByte() < 0;

    public void Dispose() => file.Dispose();
}
