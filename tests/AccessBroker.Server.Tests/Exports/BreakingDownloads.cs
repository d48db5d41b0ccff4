using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace AccessBroker.Server.Tests.Exports;

/// <summary>A network that cuts the first downloads of export files after so many bytes.</summary>
internal sealed class BreakingDownloads(int times, int bytes) : IStartupFilter
{
    private int _left = times;

    /// <summary>Where each request for a file asked to begin; null: at the start.</summary>
    public List<string?> Ranges { get; } = [];

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(async (http, inner) =>
        {
            if (http.Request.Path.Value?.EndsWith("/file", StringComparison.Ordinal) != true)
            {
                await inner(http);
                return;
            }
            Ranges.Add(http.Request.Headers.Range.ToString() is { Length: > 0 } range ? range : null);
            if (Interlocked.Decrement(ref _left) >= 0)
                http.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(new Cutting(http, http.Response.Body, bytes)));
            await inner(http);
        });
        next(app);
    };

    private sealed class Cutting(HttpContext http, Stream inner, int bytes) : Stream
    {
        private int _left = bytes;

        public override bool CanRead => false;
        public override bool CanSeek => false;
        public override bool CanWrite => true;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var part = buffer[..Math.Min(_left, buffer.Length)];
            await inner.WriteAsync(part, cancellationToken);
            await inner.FlushAsync(cancellationToken);
            if ((_left -= part.Length) > 0)
                return;
            await Task.Delay(500, cancellationToken); // what was sent should arrive: an abort throws away what is still on its way
            http.Abort();
            throw new IOException("The network broke.");
        }

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
        public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);
        public override void Flush() => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
