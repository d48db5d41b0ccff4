using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using AccessBroker.Contracts;
using AccessBroker.Evidence;

namespace AccessBroker.Gateway.Tests.WebSockets;

public sealed class WebSocketTests(GatewayWorld world) : IClassFixture<GatewayWorld>
{
    private static CancellationToken Cancel => GatewayWorld.Cancel;

    private async Task<ClientWebSocket> ConnectAsync(SessionToken session, Action<ClientWebSocketOptions>? configure = null)
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", "Bearer " + session.Token);
        socket.Options.DangerousDeflateOptions = new WebSocketDeflateOptions();
        configure?.Invoke(socket.Options);
        using var invoker = new HttpMessageInvoker(new SocketsHttpHandler
        {
            ConnectCallback = async (_, token) =>
            {
                var tcp = new System.Net.Sockets.Socket(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
                await tcp.ConnectAsync(System.Net.IPAddress.Loopback, world.Port, token);
                return new System.Net.Sockets.NetworkStream(tcp, ownsSocket: true);
            },
        });
        await socket.ConnectAsync(new Uri($"ws://{world.Host}/orgs/acme/chat"), invoker, Cancel);
        return socket;
    }

    private static async Task<string> ReceiveAsync(ClientWebSocket socket)
    {
        var buffer = new byte[64 * 1024];
        var text = new MemoryStream();
        while (true)
        {
            var received = await socket.ReceiveAsync(buffer, Cancel);
            text.Write(buffer, 0, received.Count);
            if (received.EndOfMessage)
                return Encoding.UTF8.GetString(text.ToArray());
        }
    }

    [Fact]
    public async Task Message_Sent_IsRecordedBeforeItIsForwardedAndEchoed()
    {
        var session = await world.SessionAsync("engineer0");
        using var socket = await ConnectAsync(session);
        await socket.SendAsync(Encoding.UTF8.GetBytes("hello, acme"), WebSocketMessageType.Text, true, Cancel);
        Assert.Equal("hello, acme", await ReceiveAsync(socket));
        // In fragments, the second message.
        await socket.SendAsync(Encoding.UTF8.GetBytes("one "), WebSocketMessageType.Text, false, Cancel);
        await socket.SendAsync(Encoding.UTF8.GetBytes("two"), WebSocketMessageType.Text, true, Cancel);
        Assert.Equal("one two", await ReceiveAsync(socket));
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, Cancel);

        var intent = await world.EntryAsync(e => e.Kind == "http.intent" && e["session"] == session.Session.Id.ToString(), "intent");
        var outcome = await world.OutcomeAsync(intent.Id);
        Assert.Equal("101", outcome["status"]);
        Assert.Null(outcome["cut"]);
        var messages = (await world.EntriesAsync()).Where(e => e.Kind == "http.message" && e.Ref == intent.Id).ToList();
        Assert.All(messages, m => Assert.Equal(EntryClass.Event, m.Class));
        Assert.Equal(["text", "text", "close"], messages.Select(m => m["opcode"]));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData("hello, acme"u8)), messages[0]["sha256"]);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData("one two"u8)), messages[1]["sha256"]);
        Assert.Equal("7", messages[1]["bytes"]);
        var seen = world.Upstream.Requests.Single(r => r.Entry == intent.Id);
        Assert.Null(seen["Sec-WebSocket-Extensions"]);
    }

    [Fact]
    public async Task Message_NotRecordable_IsNotForwardedAndTheSocketIsCut()
    {
        var session = await world.SessionAsync("engineer1");
        using var socket = await ConnectAsync(session);
        await socket.SendAsync(Encoding.UTF8.GetBytes("first"), WebSocketMessageType.Text, true, Cancel);
        Assert.Equal("first", await ReceiveAsync(socket));
        using (world.Log.Break(d => Encoding.UTF8.GetString(d.Body).Contains("http.message", StringComparison.Ordinal)))
        {
            await socket.SendAsync(Encoding.UTF8.GetBytes("never seen"), WebSocketMessageType.Text, true, Cancel);
            await Assert.ThrowsAnyAsync<Exception>(() => ReceiveAsync(socket));
        }

        Assert.DoesNotContain("never seen", world.Upstream.Chat);
        Assert.Equal("audit-unavailable", (await OutcomeOfAsync(session))["cut"]);
    }

    [Fact]
    public async Task Message_TooLarge_IsCut()
    {
        var session = await world.SessionAsync("engineer2");
        using var socket = await ConnectAsync(session);
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await socket.SendAsync(new byte[MessageGate.MaxMessage + 1], WebSocketMessageType.Binary, true, Cancel);
            await ReceiveAsync(socket);
        });
        Assert.Equal("message-too-large", (await OutcomeOfAsync(session))["cut"]);
    }

    [Fact]
    public async Task Message_OfOneMebibyte_Passes()
    {
        var session = await world.SessionAsync("engineer3");
        using var socket = await ConnectAsync(session);
        var text = new string('x', MessageGate.MaxMessage);
        await socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, Cancel);
        Assert.Equal(text, await ReceiveAsync(socket));
    }

    [Fact]
    public async Task Revoke_OpenSocket_IsCut()
    {
        var session = await world.SessionAsync("engineer4");
        using var socket = await ConnectAsync(session);
        await socket.SendAsync(Encoding.UTF8.GetBytes("here"), WebSocketMessageType.Text, true, Cancel);
        Assert.Equal("here", await ReceiveAsync(socket));
        var clock = System.Diagnostics.Stopwatch.StartNew();
        await world.RevokeAsync(session);
        await Assert.ThrowsAnyAsync<Exception>(() => ReceiveAsync(socket));
        Assert.InRange(clock.ElapsedMilliseconds, 0, 1000);
        Assert.Equal("grant-revoked", (await OutcomeOfAsync(session))["cut"]);
    }

    [Fact]
    public async Task Connect_ForeignOrigin_IsRefused()
    {
        var session = await world.SessionAsync("engineer5");
        await Assert.ThrowsAsync<WebSocketException>(() => ConnectAsync(session, o => o.SetRequestHeader("Origin", "https://evil.example")));
        Assert.Equal("foreign-origin", (await world.EntryAsync(e => e.Kind == "http.denied" && e["session"] == session.Session.Id.ToString(), "denial"))["reason"]);
    }

    private async Task<Logged> OutcomeOfAsync(SessionToken session) =>
        await world.EntryAsync(e => e.Kind == "http.outcome" && e["session"] == session.Session.Id.ToString(), "outcome");
}
