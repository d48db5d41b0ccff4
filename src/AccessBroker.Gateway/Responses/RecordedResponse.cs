using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace AccessBroker.Gateway;

/// <summary>The response body on its way to the client: hashed and counted as it is sent, never held back.</summary>
internal sealed class RecordedResponse : IHttpResponseBodyFeature
{
    private readonly IHttpResponseBodyFeature _inner;
    private PipeWriter? _writer;

    public RecordedResponse(IHttpResponseBodyFeature inner, StreamDigest digest)
    {
        _inner = inner;
        Stream = new DigestingWriteStream(inner.Stream, digest);
    }

    public Stream Stream { get; }

    public PipeWriter Writer => _writer ??= PipeWriter.Create(Stream, new StreamPipeWriterOptions(leaveOpen: true));

    public void DisableBuffering() => _inner.DisableBuffering();

    public Task StartAsync(CancellationToken cancellationToken = default) => _inner.StartAsync(cancellationToken);

    public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) =>
        SendFileFallback.SendFileAsync(Stream, path, offset, count, cancellationToken);

    public async Task CompleteAsync()
    {
        if (_writer is not null)
            await _writer.CompleteAsync();
        await _inner.CompleteAsync();
    }
}
