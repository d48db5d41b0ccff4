using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AccessBroker.Cli.Tests;

/// <summary>Whoever can reach the port can send anything.</summary>
public sealed class HttpDoorTests : IAsyncDisposable
{
    private const int MaxBody = 1000;
    private readonly CancellationTokenSource _stop = new();
    private readonly HttpDoor _door;
    private readonly IPEndPoint _address;
    private readonly Task _run;

    public HttpDoorTests()
    {
        _door = new HttpDoor(new IPEndPoint(IPAddress.Loopback, 0), MaxBody, Echo, _ => { });
        _address = _door.Open();
        _run = _door.RunAsync(_stop.Token);
    }

    [Theory]
    [InlineData("POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc", 200)]
    [InlineData("GET /x?q=1 HTTP/1.1\r\nHost: h\r\n\r\n", 200)]
    [InlineData("POST /x HTTP/1.1\r\ncontent-length:3\r\n\r\nabc", 200)]
    [InlineData("POST /fail HTTP/1.1\r\nContent-Length: 0\r\n\r\n", 500)]
    [InlineData("POST /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", 411)]
    [InlineData("POST /x HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", 411)]
    [InlineData("POST /x HTTP/1.1\r\nContent-Length: +3\r\n\r\nabc", 411)]
    [InlineData("POST /x HTTP/1.1\r\nContent-Length : 3\r\n\r\nabc", 411)]
    [InlineData("POST /x HTTP/1.1\r\nContent-Length: 3, 3\r\n\r\nabc", 411)]
    [InlineData("POST /x HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n", 413)]
    [InlineData("POST /x HTTP/1.1\r\nContent-Length: 1001\r\n\r\n", 413)]
    [InlineData("POST /x HTTP/1.1\r\nContent-Length: 3\r\n\r\nabcdef", 413)] // more than it said
    [InlineData("POST x HTTP/1.1\r\n\r\n", 400)]
    [InlineData("POST http://h/x HTTP/1.1\r\n\r\n", 400)]
    [InlineData("POST /x HTTP/2\r\n\r\n", 400)]
    [InlineData("\u0016\u0003\u0001 garbage\r\n\r\n", 400)]
    [InlineData("\r\n\r\n", 400)]
    public async Task Call_WellFormedOrNot_IsAnswered(string request, int status) => Assert.Equal(status, await SendAsync(Encoding.Latin1.GetBytes(request)));

    [Fact]
    public async Task Call_TooLarge_IsAnsweredNotCutOff()
    {
        Assert.Equal(400, await SendAsync(new byte[8 * 1024])); // a head without an end
        Assert.Equal(413, await SendAsync([.. "POST /x HTTP/1.1\r\nContent-Length: 200000\r\n\r\n"u8, .. new byte[200_000]]));
    }

    [Fact]
    public async Task Call_SlowSenders_OthersAreServedAndTheSlowAreCutOff()
    {
        var slow = new List<TcpClient>();
        for (var i = 0; i < 20; i++)
        {
            var client = new TcpClient();
            await client.ConnectAsync(_address);
            await client.GetStream().WriteAsync("POST /x HTTP/1.1\r\nContent-Length: 10\r\n\r\nabc"u8.ToArray());
            slow.Add(client);
        }

        Assert.Equal(200, await SendAsync("GET /x HTTP/1.1\r\n\r\n"u8.ToArray()));

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        foreach (var client in slow)
        {
            Assert.Equal(0, await client.GetStream().ReadAsync(new byte[1], limit.Token));
            client.Dispose();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _run;
        _door.Dispose();
        _stop.Dispose();
    }

    private static HttpReply Echo(HttpCall call) => call.Path switch
    {
        "/fail" => throw new IOException("disk full"),
        "/x" => HttpReply.Text(200, $"{call.Method} {call.Body.Length}"),
        _ => HttpReply.Text(404, "?"),
    };

    private async Task<int> SendAsync(byte[] request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(_address);
        var stream = client.GetStream();
        await stream.WriteAsync(request);
        client.Client.Shutdown(SocketShutdown.Send);
        using var reader = new StreamReader(stream);
        var line = await reader.ReadLineAsync();
        return int.Parse(line!.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
    }
}
