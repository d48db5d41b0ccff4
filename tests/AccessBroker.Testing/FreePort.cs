using System.Net;
using System.Net.Sockets;

namespace AccessBroker.Testing;

/// <summary>Ports on loopback that nobody listens on.</summary>
public static class FreePort
{
    /// <summary>Free on IPv4 a moment ago; the system gives the same one again only after many others.</summary>
    public static int Next()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
