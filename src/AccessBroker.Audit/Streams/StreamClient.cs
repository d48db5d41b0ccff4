using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace AccessBroker.Audit;

/// <summary>Sends batches. Believes of the answer its status and what OTLP says of rejected records, follows no redirect, and waits 10 s at most.</summary>
internal sealed class StreamClient(TimeProvider time) : IDisposable
{
    private const int MaxAnswer = 64 * 1024;

    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false, // an address is configured, not told by whoever answers there
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5), // so that a changed name is noticed
        MaxResponseHeadersLength = 16, // KiB
    })
    {
        Timeout = TimeSpan.FromSeconds(10),
        MaxResponseContentBufferSize = MaxAnswer,
    };

    public async Task<StreamAnswer> SendAsync(ConfiguredStream stream, StreamBatch batch, string id, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, stream.Url);
        if (stream.Kind == StreamKind.Webhook)
            Webhook(request, stream, batch, id);
        else
            Otlp(request, stream, batch);
        try
        {
            using var response = await _http.SendAsync(request, cancellationToken);
            return (stream.Kind, response.StatusCode) switch
            {
                (StreamKind.Webhook, >= (HttpStatusCode)200 and < (HttpStatusCode)300) => StreamAnswer.Taken,
                (StreamKind.Otlp, HttpStatusCode.OK) => StreamAnswer.OfOtlp(await response.Content.ReadAsByteArrayAsync(cancellationToken), batch.Lines.Count),
                _ => StreamAnswer.Of(response.StatusCode, response.Headers.RetryAfter, time.GetUtcNow()),
            };
        }
        catch (HttpRequestException e)
        {
            return StreamAnswer.NotTaken($"cannot be reached ({e.HttpRequestError}).");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return StreamAnswer.NotTaken($"did not answer within {_http.Timeout.TotalSeconds:0} s.");
        }
    }

    public void Dispose() => _http.Dispose();

    /// <summary>Standard Webhooks: the signature is over id, time and body, so that none can be exchanged.</summary>
    private void Webhook(HttpRequestMessage request, ConfiguredStream stream, StreamBatch batch, string id)
    {
        var body = batch.Joined();
        var timestamp = time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var signature = HMACSHA256.HashData(stream.Secret, (byte[])[.. Encoding.ASCII.GetBytes($"{id}.{timestamp}."), .. body]);
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", timestamp);
        request.Headers.TryAddWithoutValidation("webhook-signature", "v1," + Convert.ToBase64String(signature));
        request.Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/x-ndjson") } };
    }

    private static void Otlp(HttpRequestMessage request, ConfiguredStream stream, StreamBatch batch)
    {
        foreach (var (name, value) in stream.Headers)
            request.Headers.TryAddWithoutValidation(name, value);
        request.Content = new ByteArrayContent(OtlpLogs.Request(batch)) { Headers = { ContentType = new MediaTypeHeaderValue("application/x-protobuf") } };
    }
}
