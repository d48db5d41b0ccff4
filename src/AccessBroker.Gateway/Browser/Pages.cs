using System.Text;
using Microsoft.AspNetCore.Http;

namespace AccessBroker.Gateway;

/// <summary>The gateway's two pages of its own. They run no script and load nothing.</summary>
internal static class Pages
{
    public static void SetHeaders(HttpResponse response)
    {
        var headers = response.Headers;
        headers.CacheControl = "no-store";
        headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
        headers["Referrer-Policy"] = "no-referrer";
        headers["X-Content-Type-Options"] = "nosniff";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
    }

    public static Task AskToLeaveAsync(HttpContext context) => WriteAsync(
        context, "End this session?", "<form method=\"post\"><p>What you have open here stops at once. The customer's grant stays until it expires.</p><button>End session</button></form>");

    public static Task LeftAsync(HttpContext context) => WriteAsync(context, "The session has ended", "<p>You can close this window.</p>");

    // Referrer-Policy would hide the Origin that the form's answer is checked by, so this page alone says same-origin.
    private static async Task WriteAsync(HttpContext context, string title, string content)
    {
        context.Response.Headers["Referrer-Policy"] = "same-origin";
        context.Response.ContentType = "text/html; charset=utf-8";
        var html = $"""
            <!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title>
            <style>:root{"{"}color-scheme:light dark{"}"}body{"{"}font:1rem/1.5 system-ui,sans-serif;max-width:32rem;margin:15vh auto;padding:0 1rem{"}"}button{"{"}font:inherit;padding:.5rem 1rem{"}"}</style>
            </head><body><main><h1>{title}</h1>{content}</main></body></html>
            """;
        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(html), context.RequestAborted);
    }
}
