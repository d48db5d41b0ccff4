namespace AccessBroker.Evidence;

/// <summary>Reads the lines of a file as bytes, each ended by one newline and none longer than a body may be.</summary>
internal sealed class LineReader(Stream input, string file) : IDisposable
{
    private readonly byte[] _buffer = new byte[CanonicalJson.MaxBytes + 1];
    private int _start, _end;

    /// <summary>The next line without its newline, valid until the next call.</summary>
    /// <param name="entry">Which entry it is for, for the message.</param>
    /// <exception cref="EvidenceException">The file ends before the line does, or the line is too long.</exception>
    public ReadOnlySpan<byte> Read(ulong entry)
    {
        while (true)
        {
            var length = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            if (length >= 0)
            {
                var line = _buffer.AsSpan(_start, length);
                _start += length + 1;
                return line;
            }
            if (!Fill())
            {
                throw new EvidenceException(file, null, entry, _end - _start == _buffer.Length
                    ? $"its line is longer than the {CanonicalJson.MaxBytes} bytes of a body"
                    : "the file ends within or before its line: lines were cut off or joined");
            }
        }
    }

    /// <summary>Whether the file has ended.</summary>
    public bool AtEnd() => _start == _end && !Fill();

    public void Dispose() => input.Dispose();

    /// <summary>False where the file has ended or the buffer is full.</summary>
    private bool Fill()
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        var read = input.Read(_buffer, _end, _buffer.Length - _end);
        _end += read;
        return read > 0;
    }
}
