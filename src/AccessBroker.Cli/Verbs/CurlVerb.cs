using System.CommandLine;
using System.Net.Http.Headers;
using System.Text;

namespace AccessBroker.Cli;

/// <summary><c>curl TARGET PATH</c>: one request through the gateway, under the grant that covers it.</summary>
internal static class CurlVerb
{
    public static Command Build(CliContext context)
    {
        var target = new Argument<string>("TARGET") { Description = "The application, such as helpdesk" };
        var path = new Argument<string>("PATH") { Description = "Path and query, sent exactly as typed" };
        var tenant = Options.Tenant();
        var grant = new Option<Guid?>("--grant") { Description = "Use this grant", HelpName = "ID" };
        var options = new CurlOptions();
        var curl = new Command("curl", "Call a target under your live grant") { target, path, tenant, grant };
        foreach (var option in options.All) curl.Add(option);

        curl.SetAction(async (parsed, cancel) =>
        {
            var (api, signedIn) = context.Connect(parsed);
            using var http = HttpClients.Create(timeout: null);
            using (api)
            {
                var wanted = parsed.GetRequiredValue(path);
                var choice = new GrantChoice(parsed.GetRequiredValue(target), parsed.GetValue(tenant), parsed.GetValue(grant));
                var live = await choice.FindAsync(api, wanted, parsed.GetValue(options.Method) ?? "GET", cancel);
                var consent = new ConsentSession(api, signedIn, context.Host.Time, live.Id);
                var create = await options.BuildAsync(context.Host, parsed, live.GatewayOrigin, wanted, cancel);
                using var response = await SendAsync(http, consent, create, cancel);
                return await ShowAsync(context.Host, parsed, options, response, cancel);
            }
        });
        return curl;
    }

    /// <summary>A token or session that ended while it lay in the cache is replaced, once: the gateway forwarded nothing yet.</summary>
    private static async Task<HttpResponseMessage> SendAsync(HttpClient http, ConsentSession consent, Func<HttpRequestMessage> create, CancellationToken cancel)
    {
        for (var attempt = 0; ; attempt++)
        {
            var token = await consent.TokenAsync(fresh: attempt > 0, cancel);
            ServerAddress.EnsureSafe(new Uri(token.GatewayOrigin));
            using var request = create();
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token.Token);
            var response = await Network.SendAsync(http, request, cancel);
            if (await RefusalOf(response, cancel) is not { } refusal) return response;
            response.Dispose();
            if (attempt > 0 || refusal.Code is not ("session-ended" or "token-expired" or "token-invalid")) throw refusal;
        }
    }

    /// <returns>Null where the answer is the target's own.</returns>
    private static async Task<CliException?> RefusalOf(HttpResponseMessage response, CancellationToken cancel)
    {
        if (response.IsSuccessStatusCode || response.Content.Headers.ContentType?.MediaType is not "application/problem+json") return null;
        await response.Content.LoadIntoBufferAsync(cancel);
        return await Problems.TryReadAsync(response, cancel) is { } problem && problem.Type.StartsWith(Problems.TypePrefix, StringComparison.Ordinal)
            ? Problems.From(problem)
            : null;
    }

    private static async Task<int> ShowAsync(CliHost host, ParseResult parsed, CurlOptions options, HttpResponseMessage response, CancellationToken cancel)
    {
        if (parsed.GetValue(options.Include) || parsed.GetValue(options.Head))
        {
            await host.OutBytes.WriteAsync(Encoding.UTF8.GetBytes(HeadOf(response)), cancel);
            await host.OutBytes.FlushAsync(cancel);
        }
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(cancel);
            await using var file = parsed.GetValue(options.Output)?.Create();
            await PassOnAsync(body, file ?? host.OutBytes, cancel);
        }
        catch (Exception cut) when (cut is IOException or HttpRequestException)
        {
            throw new CliException(ExitCode.Ended, "connection-cut", "The connection was cut before the answer ended: the access may be over.", "accessbroker grant list");
        }
        return parsed.GetValue(options.Fail) && !response.IsSuccessStatusCode ? ExitCode.Failure : ExitCode.Ok;
    }

    // Flushed at each piece, so that an event stream shows events when they happen.
    private static async Task PassOnAsync(Stream from, Stream to, CancellationToken cancel)
    {
        var buffer = new byte[32 * 1024];
        int read;
        while ((read = await from.ReadAsync(buffer, cancel)) > 0)
        {
            await to.WriteAsync(buffer.AsMemory(0, read), cancel);
            await to.FlushAsync(cancel);
        }
    }

    private static string HeadOf(HttpResponseMessage response)
    {
        var head = new StringBuilder($"HTTP/{response.Version} {(int)response.StatusCode} {response.ReasonPhrase}\r\n");
        foreach (var header in response.Headers.Concat(response.Content.Headers))
            foreach (var value in header.Value) head.Append($"{header.Key}: {value}\r\n");
        return head.Append("\r\n").ToString();
    }
}
