using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace AccessBroker.Server.Tests.Exports;

/// <summary>A network that cuts the first downloads of export files after three quarters of what was to come.</summary>
/// <param name="received">Bytes that the client has on its disk.</param>
internal sealed class BreakingDownloads(int times, Func<long> received) : IStartupFilter
{
    private int _left = times;
    private long _sent;

    /// <summary>Bytes of files that went over this network, the broken downloads' too.</summary>
    public long Sent => _sent;

    /// <summary>What the client had on its disk when it asked, for each request.</summary>
    public List<long> Had { get; } = [];

    /// <summary>Where each request for a file asked to begin; null: at the start.</summary>
    public List<string?> Ranges { get; } = [];

    private long Received() => received();

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
            Had.Add(received());
            var breaks = Interlocked.Decrement(ref _left) >= 0;
            http.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(new Cutting(this, http, http.Response.Body, breaks)));
            await inner(http);
        });
        next(app);
    };

    private sealed class Cutting(BreakingDownloads network, HttpContext http, Stream inner, bool breaks) : Stream
    {
        private readonly long _had = network.Had[^1];
        private long _passed;

        public override bool CanRead => false;
        public override bool CanSeek => false;
        public override bool CanWrite => true;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var left = breaks ? http.Response.ContentLength!.Value * 3 / 4 - _passed : long.MaxValue;
            var part = buffer[..(int)Math.Min(left, buffer.Length)];
            await inner.WriteAsync(part, cancellationToken);
            await inner.FlushAsync(cancellationToken);
            _passed += part.Length;
            Interlocked.Add(ref network._sent, part.Length);
            if (!breaks || _passed < http.Response.ContentLength!.Value * 3 / 4)
                return;
            for (var waited = 0; waited < 200 && network.Received() < _had + _passed; waited++)
                await Task.Delay(50, cancellationToken); // what was sent should arrive: an abort throws away what is still on its way
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
