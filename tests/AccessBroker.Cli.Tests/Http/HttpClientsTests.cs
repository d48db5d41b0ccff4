using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AccessBroker.Cli.Tests;

public sealed class HttpClientsTests
{
    [Theory]
    [InlineData("acme--helpdesk.localhost"), InlineData("localhost"), InlineData("127.0.0.1")]
    public async Task Send_NameUnderLocalhost_ReachesThisMachineWithThePathAsTyped(string host)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var origin = $"http://{host}:{((IPEndPoint)listener.LocalEndpoint).Port}";
        using var http = HttpClients.Create(TimeSpan.FromSeconds(10));
        var parsed = CommandTree.Build(new TestHost().Host).Parse(["curl", "helpdesk", "/"]);
        var create = await new CurlOptions().BuildAsync(new TestHost().Host, parsed, origin, "/orgs/acme/..%2Fglobex/./x//y?q=%41", default);

        var answering = AnswerAsync(listener);
        using var request = create();
        using var response = await http.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.StartsWith("GET /orgs/acme/..%2Fglobex/./x//y?q=%41 HTTP/1.1", await answering, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a.localhost", true), InlineData("LOCALHOST", true), InlineData("[::1]", true), InlineData("localhost.example", false), InlineData("notlocalhost", false)]
    public void IsLoopback_Name_OnlyUnderLocalhost(string host, bool expected) => Assert.Equal(expected, LoopbackNames.IsLoopback(host));

    private static async Task<string> AnswerAsync(TcpListener listener)
    {
        using var client = await listener.AcceptTcpClientAsync();
        var buffer = new byte[4096];
        var read = await client.GetStream().ReadAsync(buffer);
        await client.GetStream().WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray());
        return Encoding.ASCII.GetString(buffer, 0, read);
    }
}
