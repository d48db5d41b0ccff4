using System.Net;

namespace Bench;

/// <summary>One request as every variant gets it, and the answer that it must give.</summary>
/// <param name="Headers">Beside the path: what this variant needs to let the request through.</param>
internal sealed record Call(int Port, IReadOnlyList<(string Name, string Value)> Headers)
{
    public const string Path = "/orgs/acme/items/48213";

    public Uri Address => new($"http://127.0.0.1:{Port}{Path}");

    /// <summary>About 1 kB of JSON, so that the proxy's work and not the copying is measured.</summary>
    public static string Body { get; } =
        $$"""{"id":48213,"customer":"acme","title":"A reply of the upstream","lines":[{{string.Join(',', Enumerable.Range(1, 14).Select(i => $$"""{"no":{{i}},"text":"A line of an ordinary size, {{i}}","amount":{{i * 125}}}"""))}}]}""";

    /// <summary>Sends it once. What answers quickly but wrongly is not measured.</summary>
    /// <exception cref="BenchException">The answer is not 200 with the upstream's own body.</exception>
    public async Task RequireAnswerAsync(string variant)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, UseCookies = false });
        using var request = new HttpRequestMessage(HttpMethod.Get, Address);
        foreach (var (name, value) in Headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var response = await http.SendAsync(request);
        var body = await response.Content.ReadAsStringAsync();
        if (response.StatusCode != HttpStatusCode.OK || body != Body)
            throw new BenchException($"{variant} answered {(int)response.StatusCode} instead of 200 with the upstream's body: {body[..Math.Min(body.Length, 400)]}");
    }

    /// <summary>The same without its authorization: a variant that lets it through is not doing what it is measured for.</summary>
    public async Task RequireRefusalWithoutTokenAsync(string variant)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, UseCookies = false });
        using var request = new HttpRequestMessage(HttpMethod.Get, Address);
        foreach (var (name, value) in Headers.Where(header => header.Name != "Authorization"))
            request.Headers.TryAddWithoutValidation(name, value);
        using var response = await http.SendAsync(request);
        if (response.StatusCode is not (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden))
            throw new BenchException($"{variant} answered {(int)response.StatusCode} to a request without a token.");
    }
}
