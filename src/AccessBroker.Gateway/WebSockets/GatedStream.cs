namespace AccessBroker.Gateway;

/// <summary>The client's side of a WebSocket: reading passes the gate, writing is digested.</summary>
internal sealed class GatedStream(Stream client, MessageGate gate, StreamDigest fromClient, StreamDigest toClient, Action<string> cut) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // A reader that only waits for data to come must not be told that the stream ended.
        if (buffer.IsEmpty)
            return 0;

        int released;
        while ((released = gate.TakeReleased(buffer.Span)) == 0)
        {
            var read = await client.ReadAsync(gate.Room(), cancellationToken);
            if (read == 0)
                return 0; // what is left of an unfinished message was never recorded and never goes on
            try
            {
                await gate.AdvanceAsync(read);
            }
            catch (MessageRefusedException refused)
            {
                cut(refused.Cut);
                throw;
            }
            catch (Audit.AuditUnavailableException unavailable)
            {
                cut("audit-unavailable");
                throw new IOException("The WebSocket was cut: a message could not be recorded.", unavailable);
            }
        }

        fromClient.Append(buffer.Span[..released]);
        return released;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        toClient.Append(buffer.Span);
        return client.WriteAsync(buffer, cancellationToken);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => client.FlushAsync(cancellationToken);

    public override void Flush() => client.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            client.Dispose();
        base.Dispose(disposing);
    }
}
