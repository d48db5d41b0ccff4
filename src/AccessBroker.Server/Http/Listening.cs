using System.Net;
using System.Security.Authentication;
using Microsoft.AspNetCore.HttpOverrides;

namespace AccessBroker.Server;

/// <summary>Kestrel's rules, and what to believe of a proxy in front.</summary>
internal static class Listening
{
    public static void AddListening(this WebApplicationBuilder builder)
    {
        var server = builder.Configuration.GetSection(ServerOptions.Section).Get<ServerOptions>()!;
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(10));
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = server.MaxRequestBodyBytes;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
            kestrel.ConfigureHttpsDefaults(https => https.SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13);
        });
        if (ListeningAddresses.From(builder.Configuration) is [ListeningAddresses.Default])
            builder.WebHost.UseUrls(ListeningAddresses.Default);
        builder.Services.Configure<ForwardedHeadersOptions>(options => Trust(options, server));
    }

    /// <summary>
    /// The caller's address from <c>X-Forwarded-For</c> of trusted proxies only. The scheme is not asked of anybody: where TLS ends
    /// before, everything that arrives came over it.
    /// </summary>
    public static void UseProxyAddresses(this WebApplication app)
    {
        var server = app.Configuration.GetSection(ServerOptions.Section).Get<ServerOptions>()!;
        if (!server.TlsEndsBefore) return;
        var scheme = new Uri(server.PublicUrl).Scheme;
        if (server.TrustedProxies.Count > 0) app.UseForwardedHeaders();
        app.Use((context, next) =>
        {
            context.Request.Scheme = scheme;
            return next(context);
        });
    }

    private static void Trust(ForwardedHeadersOptions options, ServerOptions server)
    {
        options.ForwardedHeaders = ForwardedHeaders.XForwardedFor;
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var proxy in server.TrustedProxies)
        {
            if (IPAddress.TryParse(proxy, out var address)) options.KnownProxies.Add(address);
            else options.KnownIPNetworks.Add(System.Net.IPNetwork.Parse(proxy));
        }
    }
}
