using Microsoft.AspNetCore.Http.Features;

namespace Helpdesk.Access;

/// <summary>Writes one line to the access log when a request ends, refused ones included; a stream's line comes when it closes.</summary>
internal sealed class AccessLogMiddleware(RequestDelegate next, AccessLog log)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var time = log.Now;
        var request = context.Request;
        var sent = new SentBytes();
        context.Features.Set(sent);
        context.Response.Body = new CountingStream(context.Response.Body, sent);

        // The raw target, because the log shall show what was asked for and not what the server made of it.
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var mark = target.IndexOf('?', StringComparison.Ordinal);
        var (path, query) = mark < 0 ? (target, "") : (target[..mark], target[mark..]);

        try
        {
            await next(context);
        }
        finally
        {
            log.Write(new(
                time, request.Method, path, query, context.Response.StatusCode, sent.Count,
                GatewayHeaders.Entry(request), GatewayHeaders.Engineer(request)));
        }
    }
}
