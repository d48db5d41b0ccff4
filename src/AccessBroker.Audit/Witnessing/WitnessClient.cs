using System.Globalization;
using System.Net;
using System.Text;
using AccessBroker.TransparencyLog;

namespace AccessBroker.Audit;

/// <summary>Asks a witness for a cosignature (C2SP tlog-witness, "add-checkpoint"). Believes nothing it says and waits 10 s at most.</summary>
internal sealed class WitnessClient : IDisposable
{
    private const int MaxAnswer = 64 * 1024, MaxSignatures = 16;

    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false, // a witness' address is configured, not told by whoever answers there
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5), // so that a changed name is noticed
        MaxResponseHeadersLength = 16, // KiB
    })
    {
        Timeout = TimeSpan.FromSeconds(10),
        MaxResponseContentBufferSize = MaxAnswer,
    };

    public async Task<WitnessAnswer> AskAsync(ConfiguredWitness witness, AddCheckpointRequest request, CancellationToken cancellationToken)
    {
        using var body = new StringContent(request.ToString(), Encoding.UTF8, "text/plain");
        try
        {
            using var response = await _http.PostAsync(witness.AddCheckpoint, body, cancellationToken);
            var text = await response.Content.ReadAsStringAsync(cancellationToken);
            return response.StatusCode switch
            {
                HttpStatusCode.OK => ReadLines(text),
                HttpStatusCode.Conflict when response.Content.Headers.ContentType?.MediaType == "text/x.tlog.size" && TryReadSize(text, out var size) => WitnessAnswer.OtherSize(size),
                var status => WitnessAnswer.Refused(status),
            };
        }
        catch (HttpRequestException e)
        {
            return WitnessAnswer.Refused($"cannot be asked ({e.HttpRequestError}).");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return WitnessAnswer.Refused($"did not answer within {_http.Timeout.TotalSeconds:0} s.");
        }
    }

    public void Dispose() => _http.Dispose();

    private static WitnessAnswer ReadLines(string text)
    {
        var lines = text.Split('\n');
        var signatures = lines[..^1].Take(MaxSignatures + 1).Select(NoteSignature.Parse).OfType<NoteSignature>().ToList();
        return lines[^1].Length == 0 && signatures.Count == lines.Length - 1 && signatures.Count is > 0 and <= MaxSignatures
            ? WitnessAnswer.Cosigned(signatures)
            : WitnessAnswer.Refused("answered 200 without signature lines.");
    }

    private static bool TryReadSize(string text, out ulong size) =>
        ulong.TryParse(text.AsSpan().TrimEnd('\n'), NumberStyles.None, CultureInfo.InvariantCulture, out size);
}
