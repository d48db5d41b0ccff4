using System.Net;
using System.Net.Sockets;

namespace AccessBroker.Testing;

/// <summary>Connects names under <c>localhost</c> to this machine, as browsers do (RFC 6761, section 6.3); no cookies, no redirects.</summary>
public static class LoopbackHandler
{
    public static SocketsHttpHandler Create() => new()
    {
        UseCookies = false,
        AllowAutoRedirect = false,
        UseProxy = false,
        ConnectCallback = async (context, cancellationToken) =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, context.DnsEndPoint.Port), cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        },
    };
}
