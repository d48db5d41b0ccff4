using System.Net;
using AccessBroker.Issuer;

namespace AccessBroker.Server;

/// <summary>What must be true of addresses and proxies before anything starts: each broken rule in one sentence.</summary>
internal static class ServerRules
{
    public static IEnumerable<string> Broken(IConfiguration configuration)
    {
        var server = configuration.GetSection(ServerOptions.Section).Get<ServerOptions>() ?? new ServerOptions();
        return BrokenPublicUrl(server)
            .Concat(BrokenListening(configuration, server))
            .Concat(BrokenProxies(server));
    }

    private static IEnumerable<string> BrokenPublicUrl(ServerOptions server)
    {
        if (!Uri.TryCreate(server.PublicUrl, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
            yield return $"Server:PublicUrl is '{server.PublicUrl}': give the origin at which people reach the portal, such as https://access.example.com.";
        else if (url.PathAndQuery != "/" || url.UserInfo.Length > 0)
            yield return $"Server:PublicUrl is {server.PublicUrl}: it must be an origin, without path, query or user.";
        else if (url.Scheme == "http" && !url.IsLoopback)
            yield return $"Server:PublicUrl is {server.PublicUrl}: off this machine people reach the portal over https, or their cookies and tokens could be read on the way.";
        if (server.MaxRequestBodyBytes is < 1024 or > 100 * 1024 * 1024)
            yield return $"Server:MaxRequestBodyBytes is {server.MaxRequestBodyBytes}: it must be between 1024 and 104857600.";
    }

    private static IEnumerable<string> BrokenListening(IConfiguration configuration, ServerOptions server)
    {
        var demo = DemoMode.IsEnabled(configuration);
        foreach (var address in ListeningAddresses.From(configuration))
        {
            if (!ListeningAddresses.IsReadable(address))
                yield return $"'{address}' (Urls or Kestrel:Endpoints) is no address to listen on: use one such as {ListeningAddresses.Default}.";
            else if (ListeningAddresses.IsLoopback(address))
                continue;
            else if (demo)
                yield return $"Demo:Enabled is true and the server would listen on {address}: demo personas need no credentials, so a demo listens on loopback only. Use --urls {ListeningAddresses.Default}.";
            else if (ListeningAddresses.IsPlain(address) && !server.TlsEndsBefore)
                yield return $"The server would speak plain HTTP on {address}, off loopback. Configure a certificate (Kestrel:Endpoints:Https), or say Server:TlsEndsBefore=true where a proxy ends TLS and nothing else can reach this server.";
        }
    }

    private static IEnumerable<string> BrokenProxies(ServerOptions server)
    {
        if (server.TrustedProxies.Count > 0 && !server.TlsEndsBefore)
            yield return "Server:TrustedProxies names proxies, but Server:TlsEndsBefore is not true: forwarded headers are believed only where a proxy is meant to stand in front.";
        foreach (var proxy in server.TrustedProxies.Where(p => !IPAddress.TryParse(p, out _) && !IPNetwork.TryParse(p, out _)))
            yield return $"Server:TrustedProxies names '{proxy}', which is neither an address nor a network such as 10.0.0.0/8.";
    }
}
