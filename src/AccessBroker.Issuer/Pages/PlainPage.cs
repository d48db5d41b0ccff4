using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AccessBroker.Issuer;

/// <summary>The few pages that must work without the Web room: sign-in, hand-over, errors. One column, no scripts, one style sheet.</summary>
public static class PlainPage
{
    private const string StylePath = "/issuer/plain.css";

    /// <param name="title">Text, encoded here.</param>
    /// <param name="body">HTML, already encoded by <see cref="Text"/>.</param>
    /// <param name="goOnTo">Where the browser goes by itself: GET to GET, since <c>form-action 'self'</c> stops a POST from ending elsewhere.</param>
    public static Task WriteAsync(HttpContext context, string title, string body, string? goOnTo = null)
    {
        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsync(Html(title, body, goOnTo), context.RequestAborted);
    }

    /// <summary>Text as HTML.</summary>
    public static string Text(string? text) => HtmlEncoder.Default.Encode(text ?? "");

    public static string Paragraph(string text) => $"<p>{Text(text)}</p>";

    /// <summary>A page that hands over to another address by itself, with a link for who switched that off.</summary>
    public static Task HandOverAsync(HttpContext context, string title, string to, string link) =>
        WriteAsync(context, title, $"<p><a id=\"continue\" href=\"{Text(to)}\">{Text(link)}</a></p>", to);

    internal static void MapStyle(IEndpointRouteBuilder routes) => routes.MapGet(StylePath, (HttpContext context) =>
    {
        context.Response.Headers.CacheControl = "public, max-age=3600";
        return Results.Text(Style, "text/css", Encoding.UTF8);
    }).AllowAnonymous().ExcludeFromDescription();

    private static string Html(string title, string body, string? goOnTo) => $"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>{Text(title)} – AccessBroker</title>
        {(goOnTo is null ? "" : $"<meta http-equiv=\"refresh\" content=\"0;url={Text(goOnTo)}\">")}
        <link rel="stylesheet" href="{StylePath}">
        </head>
        <body>
        <main>
        <h1>{Text(title)}</h1>
        {body}
        </main>
        </body>
        </html>
        """;

    private const string Style = """
        :root { color-scheme: light dark; --line: #b1b4b6; --soft: #505a5f; --act: #1d5cab; }
        @media (prefers-color-scheme: dark) { :root { --line: #56606a; --soft: #b9c0c6; --act: #8ab8f5; } }
        * { box-sizing: border-box; }
        body { margin: 0; font: 1.1875rem/1.45 system-ui, sans-serif; }
        main { max-width: 42rem; margin: 0 auto; padding: 2rem 1rem; }
        h1 { font-size: 2rem; line-height: 1.15; margin: 0 0 1rem; }
        a { color: var(--act); }
        form { display: grid; gap: .75rem; }
        button { display: block; width: 100%; min-height: 3rem; padding: .75rem 1rem; font: inherit; text-align: start; color: inherit; background: none; border: 2px solid var(--line); border-radius: .25rem; cursor: pointer; }
        button:hover { border-color: var(--act); }
        button:focus-visible, a:focus-visible { outline: 3px solid var(--act); outline-offset: 2px; }
        button strong, button span { display: block; }
        button span, .soft { color: var(--soft); font-size: 1rem; }
        """;
}
