using AccessBroker.Grants;

namespace AccessBroker.Server;

/// <summary>
/// Headers on every answer of the portal, errors included. Gateway hosts speak for upstream applications, whose pages must keep
/// working: there the gateway decides, and only HSTS is common.
/// </summary>
internal static class SecurityHeaders
{
    /// <summary>What our own pages need and nothing more: no inline script or style, no foreign origin, no frame around us.</summary>
    public const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; form-action 'self'; "
        + "base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

    private static readonly (string Name, string Value)[] Portal =
    [
        ("Content-Security-Policy", ContentSecurityPolicy),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("Referrer-Policy", "no-referrer"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Permissions-Policy", "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), usb=()"),
    ];

    public static void UseSecurityHeaders(this WebApplication app)
    {
        var gateway = app.Services.GetRequiredService<GatewayAddresses>();
        app.Use((context, next) =>
        {
            var isGateway = gateway.TryParseHost(context.Request.Host.Value, out _, out _);
            // At the last moment: an error handler clears what was set before it.
            context.Response.OnStarting(isGateway ? WriteCommon : WriteAll, context);
            return next(context);
        });
    }

    private static Task WriteCommon(object state)
    {
        var context = (HttpContext)state;
        if (context.Request.IsHttps) context.Response.Headers.StrictTransportSecurity = "max-age=63072000; includeSubDomains";
        return Task.CompletedTask;
    }

    private static Task WriteAll(object state)
    {
        var headers = ((HttpContext)state).Response.Headers;
        foreach (var (name, value) in Portal) headers.TryAdd(name, value);
        return WriteCommon(state);
    }
}
