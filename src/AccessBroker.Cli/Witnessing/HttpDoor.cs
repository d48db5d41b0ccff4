using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AccessBroker.Cli;

/// <summary>
/// The little of HTTP/1.1 that a witness needs: one request a connection, its length said beforehand, small, and within 10 s from
/// the first byte to the last. Why it is not a library's: ADR 11.
/// </summary>
internal sealed class HttpDoor(IPEndPoint address, int maxBody, Func<HttpCall, HttpReply> answer, Action<string> talk) : IDisposable
{
    private const int MaxConnections = 32;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private readonly TcpListener _listener = new(address);
    private readonly SemaphoreSlim _free = new(MaxConnections, MaxConnections);

    /// <returns>Where it really listens; port 0 takes a free one.</returns>
    /// <exception cref="SocketException">The address is taken or not this machine's.</exception>
    public IPEndPoint Open()
    {
        _listener.Start();
        return (IPEndPoint)_listener.LocalEndpoint;
    }

    /// <summary>Serves until cancelled; an answer that is being given is finished.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        try
        {
            while (true)
            {
                await _free.WaitAsync(cancel);
                _ = ServeAsync(await _listener.AcceptSocketAsync(cancel));
            }
        }
        catch (OperationCanceledException)
        {
            _listener.Stop();
            for (var i = 1; i < MaxConnections; i++) // but for the place taken above
                await _free.WaitAsync(Limit, CancellationToken.None);
        }
    }

    public void Dispose()
    {
        _listener.Dispose();
        _free.Dispose();
    }

    private async Task ServeAsync(Socket socket)
    {
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            await using var stream = new NetworkStream(socket, ownsSocket: true);
            var reply = await ReplyAsync(stream, limit.Token);
            await WriteAsync(stream, reply, limit.Token);
            // Closing over unread bytes would reset the connection and take the answer away from who is still sending.
            socket.Shutdown(SocketShutdown.Send);
            await DrainAsync(stream, limit.Token);
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            // whoever asked went away or was too slow
        }
        finally
        {
            _free.Release();
        }
    }

    private async Task<HttpReply> ReplyAsync(NetworkStream stream, CancellationToken cancel)
    {
        var reader = new HttpCallReader(stream, maxBody);
        try
        {
            return await reader.ReadAsync(cancel) is { } call ? answer(call) : reader.Refusal;
        }
        catch (Exception e) when (e is not (OperationCanceledException or SocketException) && !reader.IsBroken)
        {
            talk($"An answer failed: {e.Message}");
            return HttpReply.Text(500, "The witness could not do it. Its operator's console says why.");
        }
    }

    private static async Task WriteAsync(NetworkStream stream, HttpReply reply, CancellationToken cancel)
    {
        var body = Encoding.UTF8.GetBytes(reply.Body);
        var head = $"HTTP/1.1 {reply.Status} {(HttpStatusCode)reply.Status}\r\nContent-Type: {reply.ContentType}\r\nContent-Length: {body.Length}\r\n"
            + "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n";
        await stream.WriteAsync((byte[])[.. Encoding.ASCII.GetBytes(head), .. body], cancel);
    }

    private static async Task DrainAsync(NetworkStream stream, CancellationToken cancel)
    {
        var rest = new byte[16 * 1024];
        for (var i = 0; i < 64 && await stream.ReadAsync(rest, cancel) > 0; i++)
        {
        }
    }
}
