using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace AccessBroker.Gateway.Tests;

/// <summary>What an upstream saw of one request.</summary>
internal sealed record Seen(string Method, string Target, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public string? this[string header] => Headers.GetValueOrDefault(header);

    public Guid Entry => Guid.Parse(this["AccessBroker-Entry"]!);
}

/// <summary>A real application behind the gateway. It keeps what it received, and answers as each path's name says.</summary>
internal sealed class Upstream : IAsyncDisposable
{
    public static readonly byte[] Download = RandomNumberGenerator.GetBytes(5 * 1024 * 1024 + 17);

    private readonly WebApplication _app;

    private Upstream(WebApplication app) => _app = app;

    public ConcurrentQueue<Seen> Requests { get; } = new();

    public ConcurrentQueue<string> Chat { get; } = new();

    public string Origin => _app.Urls.Single();

    public static async Task<Upstream> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(k => k.Limits.MaxRequestBodySize = null);
        var upstream = new Upstream(builder.Build());
        upstream._app.UseWebSockets();
        upstream._app.Run(upstream.AnswerAsync);
        await upstream._app.StartAsync();
        return upstream;
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var body = new MemoryStream();
        if (!context.WebSockets.IsWebSocketRequest)
            await context.Request.Body.CopyToAsync(body);
        Requests.Enqueue(new Seen(
            context.Request.Method,
            context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget,
            context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            body.ToArray()));

        var response = context.Response;
        switch (context.Request.Path.Value!.Split('/')[^1])
        {
            case "stream":
                await StreamAsync(context);
                break;
            case "chat":
                await ChatAsync(context);
                break;
            case "download":
                await Results.Bytes(Download, "application/octet-stream", enableRangeProcessing: true).ExecuteAsync(context);
                break;
            case "moved":
                response.Redirect(Origin + "/orgs/acme/tickets/1?q=2");
                break;
            case "away":
                response.Redirect("https://elsewhere.example/x");
                break;
            case "slow":
                await Task.Delay(TimeSpan.FromMinutes(1), context.RequestAborted);
                break;
            case "broken":
                response.ContentLength = 1000;
                await response.WriteAsync("only this much");
                await response.Body.FlushAsync();
                await Task.Delay(300); // or the reset overtakes what was sent
                context.Abort();
                break;
            case "headers":
                response.Headers.Append("Set-Cookie", "theirs=1; Path=/; Domain=.localhost; HttpOnly");
                response.Headers.Append("Set-Cookie", "__Host-accessbroker=stolen; Path=/; Secure");
                foreach (var name in new[] { "Alt-Svc", "Clear-Site-Data", "Access-Control-Allow-Origin", "Access-Control-Allow-Credentials", "Service-Worker-Allowed", "Strict-Transport-Security", "AccessBroker-Entry", "WWW-Authenticate", "Expires" })
                    response.Headers[name] = "theirs";
                response.Headers.CacheControl = "public, max-age=3600";
                response.Headers["X-Theirs"] = "passes";
                await response.WriteAsync("ok");
                break;
            default:
                await response.WriteAsync("answer to " + context.Request.Path);
                break;
        }
    }

    private static async Task StreamAsync(HttpContext context)
    {
        context.Response.ContentType = "text/event-stream";
        while (!context.RequestAborted.IsCancellationRequested)
        {
            await context.Response.WriteAsync("data: tick\n\n");
            await context.Response.Body.FlushAsync();
            await Task.Delay(50, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ChatAsync(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var buffer = new byte[2 * 1024 * 1024];
        var length = 0;
        while (true)
        {
            ValueWebSocketReceiveResult received;
            try
            {
                received = await socket.ReceiveAsync(buffer.AsMemory(length), context.RequestAborted);
            }
            catch (Exception e) when (e is WebSocketException or OperationCanceledException)
            {
                return;
            }

            if (received.MessageType == WebSocketMessageType.Close)
            {
                await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
                return;
            }

            length += received.Count;
            if (!received.EndOfMessage)
                continue;
            Chat.Enqueue(System.Text.Encoding.UTF8.GetString(buffer, 0, length));
            await socket.SendAsync(buffer.AsMemory(0, length), received.MessageType, true, context.RequestAborted);
            length = 0;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }
}
