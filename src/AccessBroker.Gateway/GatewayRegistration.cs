using AccessBroker.Grants;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AccessBroker.Gateway;

/// <summary>Registers the gateway and puts it before everything else that a server does with a request.</summary>
public static class GatewayRegistration
{
    /// <remarks>Call it after <c>AddGrants</c>. Data protection must be registered too.</remarks>
    public static IServiceCollection AddGateway(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<GatewayOptions>().Bind(configuration.GetSection("Gateway"))
            .Validate(o => o.ActivityTimeout >= TimeSpan.FromSeconds(1), "Gateway:ActivityTimeout must be at least one second, such as 00:01:40.")
            .Validate(o => o.ConnectTimeout >= TimeSpan.FromMilliseconds(100), "Gateway:ConnectTimeout must be at least 100 ms, such as 00:00:10.")
            .Validate(o => o.DenialsPerMinute >= 1, "Gateway:DenialsPerMinute must be at least 1.")
            .ValidateOnStart();

        services.AddHttpForwarder();
        services.AddUpstreamIdentity();
        services.AddSingleton<GatewayHosts>();
        services.AddSingleton<BrowserCookie>();
        services.AddSingleton<Authenticator>();
        services.AddSingleton<UpstreamClient>();
        services.AddSingleton<UpstreamForwarder>();
        services.AddSingleton(p => new DenialThrottle(p.GetRequiredService<IOptions<GatewayOptions>>().Value.DenialsPerMinute));
        services.AddSingleton<Denials>();
        services.AddSingleton<BrowserDoor>();
        services.AddSingleton<GatewayPipeline>();
        services.AddHostedService<DenialCounter>();

        // The forwarder would log every address with its query, secret parameters included.
        services.Configure<LoggerFilterOptions>(o => o.Rules.Add(new LoggerFilterRule(null, "Yarp.ReverseProxy.Forwarder", LogLevel.Error, null)));

        // Upstreams send bytes beyond ASCII in headers; they go on as the bytes they came as (RFC 9110 §5.5).
        services.Configure<KestrelServerOptions>(o => o.ResponseHeaderEncodingSelector = static _ => System.Text.Encoding.Latin1);
        return services;
    }

    /// <summary>Takes every request to a gateway host. Put it first: nothing meant for the portal's pages (cookies, redirects, static files) may touch these requests.</summary>
    public static IApplicationBuilder MapGateway(this IApplicationBuilder app)
    {
        var hosts = app.ApplicationServices.GetRequiredService<GatewayHosts>();
        var pipeline = app.ApplicationServices.GetRequiredService<GatewayPipeline>();
        var door = app.ApplicationServices.GetRequiredService<BrowserDoor>();
        return app.Use(next => context =>
        {
            if (context.Request.Headers.Host is not [{ } name] || hosts.Find(name) is not { } host)
                return next(context);

            // Bodies stream through, however large: the upstream decides what it takes.
            if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
                limit.MaxRequestBodySize = null;
            return BrowserDoor.Owns(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget)
                ? door.HandleAsync(context, host)
                : pipeline.HandleAsync(context, host);
        });
    }

    /// <summary>The keys that consent tokens and assertions are signed with (RFC 7517), for upstreams and anyone who verifies.</summary>
    public static IEndpointConventionBuilder MapGatewayKeys(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet("/.well-known/accessbroker-jwks.json", (ConsentTokens tokens) => Results.Text(tokens.JwksJson(), "application/jwk-set+json"));
}
