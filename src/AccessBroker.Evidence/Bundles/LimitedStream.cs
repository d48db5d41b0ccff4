namespace AccessBroker.Evidence;

/// <summary>Reads at most the bytes that a zip stated for the file: a zip bomb lies about them.</summary>
internal sealed class LimitedStream(Stream inner, long length, string name) : Stream
{
    private long _read;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => length;
    public override long Position { get => _read; set => throw new NotSupportedException(); }

    public override int Read(Span<byte> buffer)
    {
        int read;
        try
        {
            read = inner.Read(buffer);
        }
        catch (InvalidDataException e)
        {
            throw new EvidenceException(name, null, null, $"cannot be read from the zip: {e.Message}");
        }
        _read += read;
        if (_read > length)
            throw new EvidenceException(name, null, null, $"has more bytes in the zip than the {length} that the zip states");
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));
    public override void Flush() { }
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }
}
