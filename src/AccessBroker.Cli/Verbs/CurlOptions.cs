using System.CommandLine;
using System.Text;

namespace AccessBroker.Cli;

/// <summary>The options of curl(1) that <c>accessbroker curl</c> understands, with curl's meaning.</summary>
internal sealed class CurlOptions
{
    public Option<string?> Method { get; } = new("--request", "-X") { Description = "Method (GET; POST with -d)", HelpName = "METHOD" };

    public Option<string[]> Headers { get; } = new("--header", "-H") { Description = "\"Name: value\", may be given again", HelpName = "LINE", DefaultValueFactory = _ => [] };

    public Option<string[]> Data { get; } = new("--data", "-d", "--data-binary") { Description = "Body; @FILE reads a file, @- reads stdin", HelpName = "DATA", DefaultValueFactory = _ => [] };

    public Option<bool> Include { get; } = new("--include", "-i") { Description = "Print status and headers before the body" };

    public Option<bool> Head { get; } = new("--head", "-I") { Description = "HEAD: print status and headers only" };

    public Option<bool> Fail { get; } = new("--fail", "-f") { Description = "Exit 1 on an answer of 400 or more from the target" };

    public Option<FileInfo?> Output { get; } = new("--output", "-o") { Description = "Write the body to a file", HelpName = "FILE" };

    public Option<bool> Silent { get; } = new("--silent", "-s") { Description = "Accepted for curl's sake; nothing is printed anyway", Hidden = true };

    public Option<bool> NoBuffer { get; } = new("--no-buffer", "-N") { Description = "Accepted for curl's sake; nothing is held back anyway", Hidden = true };

    public IEnumerable<Option> All => [Method, Headers, Data, Include, Head, Fail, Output, Silent, NoBuffer];

    /// <summary>The request without its token. The path goes out exactly as typed: what is ambiguous, the gateway judges.</summary>
    public async Task<Func<HttpRequestMessage>> BuildAsync(CliHost host, ParseResult parsed, string origin, string path, CancellationToken cancel)
    {
        if (!path.StartsWith('/')) throw CliException.Usage($"\"{path}\" is not a path.", "A path begins with /, such as /orgs/acme/tickets.");
        var address = new Uri(origin.TrimEnd('/') + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        var body = await ReadBodyAsync(host, parsed.GetValue(Data) ?? [], cancel);
        var method = parsed.GetValue(Method) ?? (parsed.GetValue(Head) ? "HEAD" : body is null ? "GET" : "POST");
        var headers = (parsed.GetValue(Headers) ?? []).Select(Split).ToList();
        return () => Create(address, new HttpMethod(method), headers, body);
    }

    private static HttpRequestMessage Create(Uri address, HttpMethod method, List<(string Name, string Value)> headers, byte[]? body)
    {
        var request = new HttpRequestMessage(method, address);
        if (body is not null) request.Content = new ByteArrayContent(body) { Headers = { ContentType = new("application/x-www-form-urlencoded") } };
        foreach (var (name, value) in headers)
        {
            if (name.Equals("Authorization", StringComparison.OrdinalIgnoreCase))
                throw CliException.Usage("The Authorization header carries your consent token; it cannot be given.", "Leave it out.");
            if (request.Headers.TryAddWithoutValidation(name, value)) continue;
            request.Content ??= new ByteArrayContent([]);
            request.Content.Headers.Remove(name);
            request.Content.Headers.TryAddWithoutValidation(name, value);
        }
        return request;
    }

    private static (string Name, string Value) Split(string line)
    {
        var colon = line.IndexOf(':');
        return colon > 0
            ? (line[..colon].Trim(), line[(colon + 1)..].Trim())
            : throw CliException.Usage($"\"{line}\" is not a header.", "Write -H \"Name: value\".");
    }

    private static async Task<byte[]?> ReadBodyAsync(CliHost host, string[] data, CancellationToken cancel)
    {
        if (data.Length == 0) return null;
        using var body = new MemoryStream();
        foreach (var part in data)
        {
            if (body.Length > 0) body.WriteByte((byte)'&');
            if (part == "@-") await host.In.CopyToAsync(body, cancel);
            else if (part.StartsWith('@')) await body.WriteAsync(await File.ReadAllBytesAsync(part[1..], cancel), cancel);
            else await body.WriteAsync(Encoding.UTF8.GetBytes(part), cancel);
        }
        return body.ToArray();
    }
}
