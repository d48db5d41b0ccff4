using System.Net;
using System.Net.Sockets;

namespace AccessBroker.Demo.Tests;

internal static class Loopback
{
    /// <summary>A port of 127.0.0.1 that nobody listened on a moment ago.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

internal static class Repository
{
    /// <summary>The folder that holds AccessBroker.sln.</summary>
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    private static string Find(string folder) =>
        File.Exists(Path.Combine(folder, "AccessBroker.sln")) ? folder : Find(Path.GetDirectoryName(folder)!);
}
