using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AccessBroker.Server.Tests.Log;

/// <summary>A witness that is out of order in a way that the test chooses.</summary>
internal sealed class BadWitness : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _run;
    private int _asked;

    /// <param name="answer">The whole answer to the request's body, or null for none, ever.</param>
    public BadWitness(Func<string, string?> answer)
    {
        _listener.Start();
        _run = RunAsync(answer);
    }

    /// <summary>How often it was asked.</summary>
    public int Asked => Volatile.Read(ref _asked);

    public Dictionary<string, string?> Settings(string key) => new() { ["Log:Witnesses:0:Key"] = key, ["Log:Witnesses:0:Url"] = $"http://{_listener.LocalEndpoint}/w" };

    public static string Answer(string status, string body, string headers = "Content-Type: text/plain\r\n") =>
        $"HTTP/1.1 {status}\r\n{headers}Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\nConnection: close\r\n\r\n{body}";

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _run;
        _stop.Dispose();
    }

    private async Task RunAsync(Func<string, string?> answer)
    {
        var open = new List<TcpClient>();
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                open.Add(client);
                var request = "";
                var buffer = new byte[64 * 1024];
                // The log sends its note last, whose last line ends the request.
                while (!(request.Contains("\r\n\r\n", StringComparison.Ordinal) && request.Contains("— ", StringComparison.Ordinal) && request.EndsWith('\n')))
                {
                    var read = await client.GetStream().ReadAsync(buffer, _stop.Token);
                    if (read == 0) break;
                    request += Encoding.UTF8.GetString(buffer, 0, read);
                }
                Interlocked.Increment(ref _asked);
                if (answer(request[(request.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..]) is not { } text) continue;
                await client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(text), _stop.Token);
                client.Close();
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            foreach (var client in open) client.Dispose();
        }
    }
}
