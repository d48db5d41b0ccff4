using System.Diagnostics;
using System.Net;
using System.Text;
using Microsoft.Extensions.Options;
using Yarp.ReverseProxy.Forwarder;

namespace AccessBroker.Gateway;

/// <summary>The one pool of connections to upstreams. It follows nothing, keeps nothing and changes nothing on its own.</summary>
internal sealed class UpstreamClient : IDisposable
{
    public UpstreamClient(IOptions<GatewayOptions> options)
    {
        var gateway = options.Value;
        Invoker = new HttpMessageInvoker(
            new SocketsHttpHandler
            {
                UseProxy = false,
                AllowAutoRedirect = false,
                UseCookies = false,
                AutomaticDecompression = DecompressionMethods.None,
                ConnectTimeout = gateway.ConnectTimeout,
                PooledConnectionLifetime = TimeSpan.FromMinutes(10), // follows changes of the upstream's DNS
                EnableMultipleHttp2Connections = true,
                ActivityHeadersPropagator = new ReverseProxyPropagator(DistributedContextPropagator.Current),
                RequestHeaderEncodingSelector = static (_, _) => Encoding.UTF8, // as the server decoded them
            },
            disposeHandler: true);
        Config = new ForwarderRequestConfig
        {
            ActivityTimeout = gateway.ActivityTimeout,
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
    }

    public HttpMessageInvoker Invoker { get; }

    public ForwarderRequestConfig Config { get; }

    public void Dispose() => Invoker.Dispose();
}
