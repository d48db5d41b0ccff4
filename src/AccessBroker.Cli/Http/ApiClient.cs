using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace AccessBroker.Cli;

/// <summary>Calls <c>/api/v1</c> as the person of a profile; renews the access token when it is about to end.</summary>
internal sealed class ApiClient(HttpClient http, SignedIn signedIn) : IDisposable
{
    /// <exception cref="CliException">The server refused, or cannot be reached.</exception>
    public Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancel) =>
        CallAsync(HttpMethod.Get, path, null, type, cancel);

    public Task<T> PostAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancel) =>
        CallAsync(HttpMethod.Post, path, null, type, cancel);

    public Task<T> PostAsync<TBody, T>(string path, TBody body, JsonTypeInfo<TBody> bodyType, JsonTypeInfo<T> type, CancellationToken cancel, string? idempotencyKey = null) =>
        CallAsync(HttpMethod.Post, path, JsonSerializer.SerializeToUtf8Bytes(body, bodyType), type, cancel, idempotencyKey);

    /// <summary>A response as it comes, for exports. The caller disposes it.</summary>
    public Task<HttpResponseMessage> GetRawAsync(string path, CancellationToken cancel) => SendAsync(HttpMethod.Get, path, null, null, cancel);

    /// <summary>A file from <paramref name="from"/> on, if it is still the one of that ETag; else whole. The caller disposes it.</summary>
    public Task<HttpResponseMessage> GetPartAsync(string path, long from, string? etag, CancellationToken cancel) =>
        SendAsync(HttpMethod.Get, path, null, null, cancel, request =>
        {
            if (from == 0 || etag is null) return;
            request.Headers.Range = new RangeHeaderValue(from, null);
            request.Headers.IfRange = new RangeConditionHeaderValue(etag);
        });

    public async Task DeleteAsync(string path, CancellationToken cancel) => (await SendAsync(HttpMethod.Delete, path, null, null, cancel)).Dispose();

    public void Dispose() => http.Dispose();

    private async Task<T> CallAsync<T>(HttpMethod method, string path, byte[]? body, JsonTypeInfo<T> type, CancellationToken cancel, string? idempotencyKey = null)
    {
        using var response = await SendAsync(method, path, body, idempotencyKey, cancel);
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(cancel);
            return await JsonSerializer.DeserializeAsync(stream, type, cancel) ?? throw new JsonException("empty");
        }
        catch (JsonException wrong)
        {
            throw new CliException(ExitCode.Failure, "unreadable-answer", $"The answer to {method} {path} is not what this version expects: {wrong.Message}", "Update accessbroker, or run accessbroker doctor.");
        }
    }

    private async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, byte[]? body, string? idempotencyKey, CancellationToken cancel, Action<HttpRequestMessage>? more = null)
    {
        var token = await signedIn.AccessTokenAsync(http, refusedToken: null, cancel);
        var response = await TrySendAsync(method, path, body, idempotencyKey, token, more, cancel);
        if (response.StatusCode == HttpStatusCode.Unauthorized)
        {
            // The server may have ended the token early (a sign-out elsewhere, a restart with new keys): one renewal, then sign-in.
            response.Dispose();
            token = await signedIn.AccessTokenAsync(http, refusedToken: token, cancel);
            response = await TrySendAsync(method, path, body, idempotencyKey, token, more, cancel);
        }
        if (response.IsSuccessStatusCode) return response;
        using (response) throw await Problems.ReadAsync(response, cancel);
    }

    private async Task<HttpResponseMessage> TrySendAsync(
        HttpMethod method, string path, byte[]? body, string? idempotencyKey, string token, Action<HttpRequestMessage>? more, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(method, new Uri(signedIn.Server, "/api/v1/" + path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (idempotencyKey is not null) request.Headers.Add("Idempotency-Key", idempotencyKey);
        if (body is not null) request.Content = new ByteArrayContent(body) { Headers = { ContentType = new("application/json") } };
        more?.Invoke(request);
        return await Network.SendAsync(http, request, cancel);
    }
}
