using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Story.Calls;

/// <summary>An answer, and how long it took.</summary>
/// <param name="Problem">The broker's problem code, such as <c>operation-not-granted</c>; empty where the answer is none of the broker's problems.</param>
internal sealed record Answer(int Status, string Problem, string Body, TimeSpan Took, HttpResponseHeaders Headers)
{
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    public override string ToString() => $"{Status}{(Problem.Length > 0 ? $" {Problem}" : "")}";
}

/// <summary>Plain HTTP to the broker and to its gateway hosts, as any program with a token can do it.</summary>
internal sealed class Gateway(Uri server)
{
    private const string ProblemPrefix = "urn:accessbroker:problem:";

    private readonly HttpClient _http = LoopbackHttp.Create();

    /// <summary>Calls a gateway host. The path goes out as it stands: dots, doubled and encoded slashes included.</summary>
    public Task<Answer> CallAsync(string tenant, string target, string path, string? token, HttpMethod? method = null, string? cookie = null) =>
        SendAsync(new Uri(OriginOf(tenant, target) + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }), token, method ?? HttpMethod.Get, null, cookie);

    /// <summary>Calls the broker itself.</summary>
    public Task<Answer> PortalAsync(string path, string? token, HttpMethod? method = null, string? json = null) =>
        SendAsync(new Uri(server, path), token, method ?? HttpMethod.Get, json, null);

    public Task<Answer> GetAsync(Uri address, string? cookie = null) => SendAsync(address, null, HttpMethod.Get, null, cookie);

    /// <summary>Opens a response and leaves it open.</summary>
    public async Task<HttpResponseMessage> OpenAsync(string tenant, string target, string path, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(OriginOf(tenant, target) + path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    private string OriginOf(string tenant, string target) => $"{server.Scheme}://{tenant}--{target}.localhost:{server.Port}";

    private async Task<Answer> SendAsync(Uri address, string? token, HttpMethod method, string? json, string? cookie)
    {
        using var request = new HttpRequestMessage(method, address);
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (cookie is not null) request.Headers.Add("Cookie", cookie);
        if (json is not null) request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        var watch = Stopwatch.StartNew();
        using var response = await _http.SendAsync(request);
        var body = await response.Content.ReadAsStringAsync();
        return new Answer((int)response.StatusCode, ProblemOf(response, body), body, watch.Elapsed, response.Headers);
    }

    private static string ProblemOf(HttpResponseMessage response, string body)
    {
        if (response.Content.Headers.ContentType?.MediaType is not "application/problem+json") return "";
        var type = JsonDocument.Parse(body).RootElement.TryGetProperty("type", out var value) ? value.GetString() ?? "" : "";
        return type.StartsWith(ProblemPrefix, StringComparison.Ordinal) ? type[ProblemPrefix.Length..] : "";
    }
}
