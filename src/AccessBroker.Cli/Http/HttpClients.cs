using System.Net;
using System.Reflection;

namespace AccessBroker.Cli;

/// <summary>The one kind of HTTP client here: no cookies, no redirects followed blindly, loopback names known.</summary>
internal static class HttpClients
{
    public static string Version { get; } =
        typeof(HttpClients).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    /// <param name="timeout">Null where a response may stream for as long as the access lasts.</param>
    public static HttpClient Create(TimeSpan? timeout)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(15),
            ConnectCallback = LoopbackNames.ConnectAsync,
            Proxy = new LoopbackBypass(),
        };
        var client = new HttpClient(handler) { Timeout = timeout ?? Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.UserAgent.Add(new("accessbroker-cli", Version));
        return client;
    }

    /// <summary>The environment's proxy, but never for this machine: a proxy could not reach it.</summary>
    private sealed class LoopbackBypass : IWebProxy
    {
        public ICredentials? Credentials
        {
            get => HttpClient.DefaultProxy.Credentials;
            set => HttpClient.DefaultProxy.Credentials = value;
        }

        public Uri? GetProxy(Uri destination) => HttpClient.DefaultProxy.GetProxy(destination);

        public bool IsBypassed(Uri host) => LoopbackNames.IsLoopback(host.Host) || HttpClient.DefaultProxy.IsBypassed(host);
    }
}
