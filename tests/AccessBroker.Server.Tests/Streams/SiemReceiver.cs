using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AccessBroker.Server.Tests.Streams;

/// <summary>A webhook's receiver on loopback that checks each signature as the Standard Webhooks' documentation says, and misbehaves as told.</summary>
internal sealed class SiemReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly ConcurrentQueue<Delivery> _deliveries = new();

    private SiemReceiver(WebApplication app) => _app = app;

    /// <param name="Taken">It was answered with 2xx, and the answer was sent.</param>
    public sealed record Delivery(string Id, string Text, bool Taken)
    {
        public IReadOnlyList<JsonElement> Lines { get; } = [.. Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement)];
    }

    public Uri Url => new(_app.Urls.Single() + "/accessbroker");

    public string Secret => "whsec_" + Convert.ToBase64String(_key);

    /// <summary>What happens to a delivery after it was read: it may answer, hang, or abort. Null: 204.</summary>
    public Func<HttpContext, Task>? Misbehave { get; set; }

    public IReadOnlyList<Delivery> Deliveries => [.. _deliveries];

    /// <summary>Indices in the log of everything that was taken, in the order of arrival, each once.</summary>
    public IReadOnlyList<long> Taken(Func<JsonElement, long> index) => [.. Deliveries.Where(d => d.Taken).SelectMany(d => d.Lines).Select(index).Distinct()];

    public static async Task<SiemReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var receiver = new SiemReceiver(builder.Build());
        receiver._app.Run(receiver.TakeAsync);
        await receiver._app.StartAsync();
        return receiver;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var (id, time, signature) = (Header("webhook-id"), Header("webhook-timestamp"), Header("webhook-signature"));
        var expected = "v1," + Convert.ToBase64String(HMACSHA256.HashData(_key, (byte[])[.. Encoding.ASCII.GetBytes($"{id}.{time}."), .. body.ToArray()]));
        if (signature != expected || Math.Abs(DateTimeOffset.UtcNow.ToUnixTimeSeconds() - long.Parse(time)) > 300)
        {
            context.Response.StatusCode = 401;
            return;
        }
        var text = Encoding.UTF8.GetString(body.ToArray());
        if (Misbehave is { } misbehave)
        {
            _deliveries.Enqueue(new Delivery(id, text, false));
            await misbehave(context);
            return;
        }
        _deliveries.Enqueue(new Delivery(id, text, true));
        context.Response.StatusCode = 204;

        string Header(string name) => context.Request.Headers[name].ToString();
    }
}
