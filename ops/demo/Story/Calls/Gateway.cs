using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Story.Calls;

/// <summary>An answer, and how long it took.</summary>
/// <param name="Call">Method and address of what was called.</param>
/// <param name="Problem">The broker's problem code, such as <c>operation-not-granted</c>; empty where the answer is none of the broker's problems.</param>
internal sealed record Answer(string Call, int Status, string Problem, string Body, TimeSpan Took, HttpResponseHeaders Headers)
{
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    /// <summary>A text of the JSON answer; empty where it is not there.</summary>
    public string Text(string name) => Json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    /// <param name="holds">What was expected.</param>
    /// <param name="expected">The same in words that follow "should", such as "be served".</param>
    public Answer Must(bool holds, string expected)
    {
        Walk.Require(holds, $"{Call} should {expected}, but got {this} after {Took.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)} s: {(Body.Length > 600 ? Body[..600] + "…" : Body)}");
        return this;
    }

    public override string ToString() => $"{Status}{(Problem.Length > 0 ? $" {Problem}" : "")}";
}

/// <summary>Plain HTTP to the broker and to its gateway hosts, as any program with a token can do it.</summary>
internal sealed class Gateway(Walk walk)
{
    private const string ProblemPrefix = "urn:accessbroker:problem:";

    private readonly HttpClient _http = LoopbackHttp.Create();

    /// <summary>Calls a gateway host. The path goes out as it stands: dots, doubled and encoded slashes included.</summary>
    public Task<Answer> CallAsync(string tenant, string target, string path, string? token, HttpMethod? method = null, string? cookie = null) =>
        SendAsync(new Uri(OriginOf(tenant, target) + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }), token, method ?? HttpMethod.Get, null, cookie);

    /// <summary>Calls the broker itself.</summary>
    public Task<Answer> PortalAsync(string path, string? token, HttpMethod? method = null, string? json = null) =>
        SendAsync(new Uri(walk.Options.Server, path), token, method ?? HttpMethod.Get, json, null);

    public Task<Answer> GetAsync(Uri address, string? cookie = null) => SendAsync(address, null, HttpMethod.Get, null, cookie);

    /// <summary>Opens a response and leaves it open.</summary>
    public async Task<HttpResponseMessage> OpenAsync(string tenant, string target, string path, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(OriginOf(tenant, target) + path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        walk.LastCall = $"GET {request.RequestUri}";
        return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    public string OriginOf(string tenant, string target) => $"{walk.Options.Server.Scheme}://{tenant}--{target}.localhost:{walk.Options.Server.Port}";

    public async Task<Answer> SendAsync(HttpRequestMessage request)
    {
        var call = walk.LastCall = $"{request.Method} {request.RequestUri!.GetLeftPart(UriPartial.Path)}{Named(request.RequestUri.Query)}";
        walk.Secrets.AddFrom(request.RequestUri.Query);
        var watch = Stopwatch.StartNew();
        try
        {
            using var response = await _http.SendAsync(request);
            var body = await response.Content.ReadAsStringAsync();
            var answer = new Answer(call, (int)response.StatusCode, ProblemOf(response, body), body, watch.Elapsed, response.Headers);
            Remember(answer);
            return answer;
        }
        catch (Exception broken) when (broken is HttpRequestException or TaskCanceledException)
        {
            throw new StoryException($"{call} should be answered, but after {watch.Elapsed.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)} s: {broken.Message}");
        }
    }

    private async Task<Answer> SendAsync(Uri address, string? token, HttpMethod method, string? json, string? cookie)
    {
        using var request = new HttpRequestMessage(method, address);
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (cookie is not null) request.Headers.Add("Cookie", cookie);
        if (json is not null) request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        return await SendAsync(request);
    }

    private void Remember(Answer answer)
    {
        walk.Secrets.AddFrom(answer.Body);
        if (answer.Headers.Location is { } location) walk.Secrets.AddFrom(location.ToString());
        if (answer.Headers.TryGetValues("Set-Cookie", out var cookies))
            foreach (var cookie in cookies) walk.Secrets.AddCookie(cookie);
    }

    // A failure is printed: an address may carry a code.
    private static string Named(string query) => query.Contains("code=", StringComparison.Ordinal) ? "?code=…" : query;

    private static string ProblemOf(HttpResponseMessage response, string body)
    {
        if (response.Content.Headers.ContentType?.MediaType is not "application/problem+json") return "";
        var type = JsonDocument.Parse(body).RootElement.TryGetProperty("type", out var value) ? value.GetString() ?? "" : "";
        return type.StartsWith(ProblemPrefix, StringComparison.Ordinal) ? type[ProblemPrefix.Length..] : "";
    }
}
