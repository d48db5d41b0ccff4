using System.Net;
using System.Net.Sockets;

namespace AccessBroker.Cli;

/// <summary>
/// Names under <c>localhost</c> are this machine (RFC 6761, section 6.3). Browsers and curl know that; .NET asks the resolver,
/// which often does not, and might be told otherwise.
/// </summary>
internal static class LoopbackNames
{
    public static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    public static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        var endpoint = context.DnsEndPoint;
        if (!IsLoopback(endpoint.Host)) return await OpenAsync(endpoint, cancel);
        if (IPAddress.TryParse(endpoint.Host.Trim('[', ']'), out var address)) return await OpenAsync(new IPEndPoint(address, endpoint.Port), cancel);
        try
        {
            return await OpenAsync(new IPEndPoint(IPAddress.Loopback, endpoint.Port), cancel);
        }
        catch (SocketException)
        {
            return await OpenAsync(new IPEndPoint(IPAddress.IPv6Loopback, endpoint.Port), cancel);
        }
    }

    private static async Task<Stream> OpenAsync(EndPoint endpoint, CancellationToken cancel)
    {
        var socket = endpoint is IPEndPoint ip
            ? new Socket(ip.AddressFamily, SocketType.Stream, ProtocolType.Tcp)
            : new Socket(SocketType.Stream, ProtocolType.Tcp);
        socket.NoDelay = true;
        try
        {
            await socket.ConnectAsync(endpoint, cancel);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
