using System.Net;
using AccessBroker.Evidence;
using AccessBroker.TransparencyLog;

namespace AccessBroker.Cli;

/// <summary>
/// A log's server, asked over HTTP and trusted in nothing: every answer has a size that it must not exceed and a time within which it
/// must have come whole, and what goes wrong once there is an answer is the server's failure to show its log.
/// </summary>
internal sealed class HttpLog : ILiveLog, IDisposable
{
    private const int MaxNote = 64 * 1024;

    private readonly HttpClient _http = HttpClients.Create(timeout: null);
    private readonly Uri _prefix;
    private readonly TimeSpan _patience;

    /// <param name="address">A broker's, or the prefix of any log that is served as C2SP tlog-tiles says.</param>
    /// <param name="patience">For one answer, from the request to its last byte.</param>
    public HttpLog(Uri address, TimeSpan patience)
    {
        var path = address.AbsolutePath.TrimEnd('/');
        (_prefix, _patience) = (new Uri(address, (path.Length == 0 ? "/log" : path) + "/"), patience);
    }

    public async Task<byte[]> CheckpointAsync(CancellationToken cancellationToken) =>
        await GetAsync(BundleFiles.Checkpoint, MaxNote, cancellationToken) is { Missing: null } note
            ? note.Bytes
            : throw Failed(BundleFiles.Checkpoint, $"the server has none at {new Uri(_prefix, BundleFiles.Checkpoint)}: it is no log's address, or nothing was published yet");

    public async Task<byte[]> TileAsync(TilePath path, CancellationToken cancellationToken)
    {
        var size = path.Width * Merkle.HashSize;
        var answer = await GetAsync(path.ToString(), size, cancellationToken);
        if (answer.Missing is not null && path.Width < TilePath.FullWidth)
        {
            // Servers may drop a partial tile once the full one is there (tlog-tiles, "Partial Tiles").
            answer = await GetAsync((path with { Width = TilePath.FullWidth }).ToString(), Tile.FullSize, cancellationToken);
            if (answer.Missing is null && answer.Bytes.Length == Tile.FullSize)
                return answer.Bytes[..size];
        }
        if (answer.Missing is { } status)
            throw Failed(path.ToString(), $"the server answers {(int)status} for it, though its checkpoint covers this tile");
        return answer.Bytes.Length == size ? answer.Bytes : throw Failed(path.ToString(), $"has {answer.Bytes.Length} bytes instead of {size}: it was cut off");
    }

    public void Dispose() => _http.Dispose();

    private async Task<(byte[] Bytes, HttpStatusCode? Missing)> GetAsync(string name, int most, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(_patience);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_prefix, name));
            using var response = await Network.SendAsync(_http, request, patience.Token);
            if (response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Gone)
                return ([], response.StatusCode);
            if (response.StatusCode != HttpStatusCode.OK)
                throw Failed(name, $"the server answers {(int)response.StatusCode} instead of showing it");
            await using var body = await response.Content.ReadAsStreamAsync(patience.Token);
            var bytes = new byte[most + 1];
            var read = await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, patience.Token);
            return read <= most ? (bytes[..read], null) : throw Failed(name, $"is more than the {most} bytes that it may have");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Failed(name, $"did not come whole within {_patience.TotalSeconds:0.#} s");
        }
        catch (Exception e) when (e is HttpIOException or IOException)
        {
            throw Failed(name, $"the answer broke off: {e.Message}");
        }
    }

    private static EvidenceException Failed(string name, string reason) => new(name, null, null, reason);
}
