using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AccessBroker.Cli;

/// <summary>Waits on 127.0.0.1 for the browser to come back with the code (RFC 8252, section 7.3).</summary>
internal sealed class LoopbackListener : IDisposable
{
    private const int MaxRequestBytes = 16 * 1024;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public LoopbackListener() => _listener.Start();

    public string RedirectUri => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/callback";

    /// <returns>The parameters of the first request to the redirect address.</returns>
    public async Task<IReadOnlyDictionary<string, string>> ReceiveAsync(CancellationToken cancel)
    {
        while (true)
        {
            using var client = await _listener.AcceptTcpClientAsync(cancel);
            await using var stream = client.GetStream();
            var target = await ReadTargetAsync(stream, cancel);
            if (target is null || !target.StartsWith("/callback?", StringComparison.Ordinal))
            {
                // A browser also asks for its icon; that is not the answer.
                await AnswerAsync(stream, "404 Not Found", "Not here.", cancel);
                continue;
            }
            var parameters = ParseQuery(target["/callback?".Length..]);
            await AnswerAsync(stream, "200 OK", parameters.ContainsKey("code")
                ? "You are signed in. Close this window and go back to the terminal."
                : "You are not signed in. The terminal says why.", cancel);
            return parameters;
        }
    }

    public void Dispose() => _listener.Dispose();

    internal static Dictionary<string, string> ParseQuery(string query)
    {
        var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Split('=', 2);
            parameters[WebUtility.UrlDecode(parts[0])] = parts.Length == 2 ? WebUtility.UrlDecode(parts[1]) : "";
        }
        return parameters;
    }

    /// <returns>The request target, or null where this is no GET.</returns>
    private static async Task<string?> ReadTargetAsync(NetworkStream stream, CancellationToken cancel)
    {
        var buffer = new byte[MaxRequestBytes];
        var length = 0;
        while (length < buffer.Length)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(length), cancel);
            if (read == 0) break;
            length += read;
            if (buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8) >= 0) break;
        }
        var line = Encoding.ASCII.GetString(buffer, 0, length).Split("\r\n", 2)[0].Split(' ');
        return line is ["GET", var target, _] ? target : null;
    }

    private static async Task AnswerAsync(NetworkStream stream, string status, string sentence, CancellationToken cancel)
    {
        var page = Encoding.UTF8.GetBytes($"<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>AccessBroker</title><p>{sentence}</p></html>");
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {page.Length}\r\nCache-Control: no-store\r\nReferrer-Policy: no-referrer\r\nConnection: close\r\n\r\n"), cancel);
        await stream.WriteAsync(page, cancel);
    }
}
