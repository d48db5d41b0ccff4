using System.Security.Cryptography;

namespace AccessBroker.Evidence;

/// <summary>Reads a file once for whoever checks it and for its hash: the bytes that were checked are the bytes that were hashed.</summary>
/// <param name="ended">Told the SHA-256, lower-case hex, when the end was read; never where the file was left before.</param>
internal sealed class HashingReader(Stream inner, Action<string> ended) : Stream
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private bool _ended;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => inner.Length;
    public override long Position { get => inner.Position; set => throw new NotSupportedException(); }

    public override int Read(Span<byte> buffer)
    {
        var read = inner.Read(buffer);
        _hash.AppendData(buffer[..read]);
        if (read == 0 && !buffer.IsEmpty && !_ended)
        {
            _ended = true;
            ended(Convert.ToHexStringLower(_hash.GetCurrentHash()));
        }
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
        {
            inner.Dispose();
            _hash.Dispose();
        }
        base.Dispose(disposing);
    }
}
