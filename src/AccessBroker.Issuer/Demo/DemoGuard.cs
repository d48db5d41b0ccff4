using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace AccessBroker.Issuer;

/// <summary>
/// Keeps a demo on its own machine even when something in front of it makes loopback reachable: a proxy betrays itself by
/// forwarded headers, a DNS-rebinding page by its Host.
/// </summary>
public static class DemoGuard
{
    private static readonly string[] ProxyHeaders = ["Forwarded", "Via", "X-Real-IP"];

    /// <summary>Put it first: it answers 400 itself and lets nothing by, gateway hosts included.</summary>
    public static void UseDemoGuard(this WebApplication app)
    {
        if (!DemoMode.IsEnabled(app.Configuration)) return;
        app.Use((context, next) => Refusal(context) is { } refusal ? RefuseAsync(context, refusal) : next(context));
    }

    private static Task RefuseAsync(HttpContext context, string refusal)
    {
        context.Response.StatusCode = StatusCodes.Status400BadRequest;
        return PlainPage.WriteAsync(context, "This is a demo on one machine", PlainPage.Paragraph(refusal));
    }

    private static string? Refusal(HttpContext context)
    {
        foreach (var (header, _) in context.Request.Headers)
        {
            if (IsForwarded(header))
                return $"The request came through a proxy ({header}). A demo has no credentials, so it answers only to programs on its own machine that call it directly.";
        }
        if (!IdentityRules.IsLoopbackHost(context.Request.Host.Host))
            return "A demo answers only to localhost, names that end in .localhost, 127.0.0.1 and [::1].";
        if (context.Connection.RemoteIpAddress is { } remote && !IPAddress.IsLoopback(remote))
            return "A demo answers only to programs on its own machine.";
        return null;
    }

    private static bool IsForwarded(string header) =>
        header.StartsWith("X-Forwarded-", StringComparison.OrdinalIgnoreCase) || ProxyHeaders.Contains(header, StringComparer.OrdinalIgnoreCase);
}
