using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Helpdesk.Access;
using Microsoft.AspNetCore.Http.Features;

namespace Helpdesk.Chat;

/// <summary>
/// The chat over a WebSocket (RFC 6455). The client sends the plain text of a message, at most 2000 bytes of UTF-8, as one
/// text message; the server sends each <see cref="ChatMessage"/> as JSON.
/// </summary>
internal static class ChatEndpoints
{
    private const int LongestMessage = 2000;

    public static void MapChat(this IEndpointRouteBuilder org) => org.MapGet("/chat", JoinAsync);

    private static async Task<IResult> JoinAsync(string org, HttpContext context, ChatRooms rooms, IHostApplicationLifetime program)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            context.Response.Headers.Upgrade = "websocket";
            return TypedResults.Problem(
                "The chat is a WebSocket: open it with a WebSocket client.", statusCode: 426,
                title: "Upgrade required", type: "urn:helpdesk:websocket");
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, program.ApplicationStopping);
        var mine = rooms.Join(org);
        try
        {
            var sending = SendAsync(socket, mine.Reader, context.Features.GetRequiredFeature<SentBytes>(), ended.Token);
            var closing = await ReceiveAsync(
                socket, text => rooms.Say(org, GatewayHeaders.Engineer(context.Request) ?? "Northwind Support", text), ended.Token);
            rooms.Leave(mine);
            await sending; // a socket may be written by one at a time: the close comes after the last message
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
                await socket.CloseOutputAsync(closing.Status, closing.Reason, ended.Token);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException)
        {
            // The line was cut, by the peer or by whoever stands between. There is nobody left to tell.
        }
        finally
        {
            rooms.Leave(mine);
        }
        return TypedResults.Empty;
    }

    private static async Task SendAsync(WebSocket socket, ChannelReader<ChatMessage> messages, SentBytes sent, CancellationToken ended)
    {
        await foreach (var message in messages.ReadAllAsync(ended))
        {
            var bytes = JsonSerializer.SerializeToUtf8Bytes(message, JsonSerializerOptions.Web);
            await socket.SendAsync(bytes, WebSocketMessageType.Text, endOfMessage: true, ended);
            sent.Add(bytes.Length);
        }
    }

    /// <summary>Reads messages until the client closes or breaks the rules; returns how to close.</summary>
    private static async Task<(WebSocketCloseStatus Status, string? Reason)> ReceiveAsync(
        WebSocket socket, Action<string> say, CancellationToken ended)
    {
        var buffer = new byte[LongestMessage + 1];
        var length = 0;
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer.AsMemory(length), ended);
            length += part.Count;
            if (part.MessageType == WebSocketMessageType.Close)
                return (WebSocketCloseStatus.NormalClosure, null);
            if (part.MessageType == WebSocketMessageType.Binary)
                return (WebSocketCloseStatus.InvalidMessageType, "Send text.");
            if (length > LongestMessage)
                return (WebSocketCloseStatus.MessageTooBig, $"A message has at most {LongestMessage} bytes.");
            if (!part.EndOfMessage)
                continue;

            var text = Encoding.UTF8.GetString(buffer, 0, length).Trim();
            if (text.Length > 0)
                say(text);
            length = 0;
        }
    }
}
