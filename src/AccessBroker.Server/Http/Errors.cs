using AccessBroker.Audit;
using AccessBroker.Contracts;
using AccessBroker.Issuer;
using AccessBroker.Storage;
using Microsoft.AspNetCore.Diagnostics;

namespace AccessBroker.Server;

/// <summary>Every error has words: problem details (RFC 9457) for programs, a page for browsers, a stack trace for nobody but the log.</summary>
internal static class Errors
{
    public static void AddErrors(this IServiceCollection services) => services.Configure<ExceptionHandlerOptions>(options =>
    {
        options.ExceptionHandler = context => WriteAsync(context, context.Features.Get<IExceptionHandlerFeature>()!.Error);
        options.SuppressDiagnosticsCallback = failed => failed.Exception is AuditUnavailableException or BadHttpRequestException;
    });

    public static void UseErrors(this WebApplication app)
    {
        app.UseExceptionHandler();
        app.UseStatusCodePages(pages => WriteAsync(pages.HttpContext, ErrorText.Of(pages.HttpContext.Response.StatusCode)));
    }

    private static Task WriteAsync(HttpContext context, Exception failure)
    {
        var (status, text) = failure switch
        {
            AuditUnavailableException => (503, ErrorText.AuditUnavailable),
            SigningStoppedException => (503, ErrorText.SigningStopped),
            BadHttpRequestException bad => (bad.StatusCode, ErrorText.Of(bad.StatusCode)),
            _ when failure.IsStorageUnavailable() => (503, ErrorText.StorageUnavailable),
            _ => (500, ErrorText.Of(500)),
        };
        context.Response.StatusCode = status;
        if (status == 503) context.Response.Headers.RetryAfter = "2";
        return WriteAsync(context, text);
    }

    private static Task WriteAsync(HttpContext context, ErrorText text)
    {
        var detail = IssuerErrors.DescriptionOf(context) ?? text.Detail;
        return WantsPage(context) ? WritePageAsync(context, text, detail) : WriteProblemAsync(context, text, detail);
    }

    private static Task WritePageAsync(HttpContext context, ErrorText text, string detail) => PlainPage.WriteAsync(context, text.Title,
        PlainPage.Paragraph(detail) + PlainPage.Paragraph(text.Next) + $"<p><a href=\"/\">Front page</a></p><p class=\"soft\">Request id: {PlainPage.Text(context.TraceIdentifier)}</p>");

    private static Task WriteProblemAsync(HttpContext context, ErrorText text, string detail)
    {
        context.Response.Headers.CacheControl = "no-store";
        var problem = new Problem($"urn:accessbroker:problem:{text.Code}", text.Title, context.Response.StatusCode, detail, text.Next, context.TraceIdentifier);
        return context.Response.WriteAsJsonAsync(problem, ContractsJson.Default.Problem, "application/problem+json", context.RequestAborted);
    }

    private static bool WantsPage(HttpContext context) =>
        !context.Request.Path.StartsWithSegments("/api")
        && context.Request.GetTypedHeaders().Accept.Any(type => type.MediaType.Equals("text/html", StringComparison.OrdinalIgnoreCase));
}
