using AccessBroker.Access;
using AccessBroker.Audit;
using AccessBroker.Grants;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AccessBroker.Gateway;

/// <summary>
/// <c>/.accessbroker/…</c> on a gateway host: how a browser gets into a session and out of it. Nothing below this prefix
/// ever reaches an upstream, whatever the target's operations say.
/// </summary>
internal sealed class BrowserDoor(BrowserCodes codes, BrowserCookie cookie, LiveSessions sessions, Denials denials, TimeProvider time)
{
    private const string Prefix = ".accessbroker";

    /// <summary>The first segment decides, however it is written: upstreams that ignore case must not see it either.</summary>
    public static bool Owns(string requestTarget) =>
        RequestPath.TryParse(requestTarget, out var path, out _) && path!.Segments[0].Equals(Prefix, StringComparison.OrdinalIgnoreCase);

    public async Task HandleAsync(HttpContext context, GatewayHost host)
    {
        Pages.SetHeaders(context.Response);
        var path = context.Request.Path.Value;
        var method = context.Request.Method;
        try
        {
            if (path == BrowserCodes.Path && HttpMethods.IsGet(method))
                await EnterAsync(context, host);
            else if (path == "/.accessbroker/leave" && HttpMethods.IsGet(method))
                await Pages.AskToLeaveAsync(context);
            else if (path == "/.accessbroker/leave" && HttpMethods.IsPost(method))
                await LeaveAsync(context, host);
            else
                await NoSuchPage.WriteAsync(context, context.TraceIdentifier);
        }
        catch (AuditUnavailableException) when (!context.Response.HasStarted)
        {
            await Problem.AuditUnavailable.WriteAsync(context, context.TraceIdentifier);
        }
    }

    private static Problem NoSuchPage { get; } = new(
        404, "not-found", "There is no such page", "The gateway's own pages are /.accessbroker/enter and /.accessbroker/leave.", "Open the target from the session's page.");

    private async Task EnterAsync(HttpContext context, GatewayHost host)
    {
        // Only a window that the person sees may enter: an image or frame of a foreign page could do it behind their back.
        var headers = context.Request.Headers;
        if (headers.TryGetValue("Sec-Fetch-Dest", out var dest) && dest != "document")
        {
            await RefuseAsync(context, host, DenyReason.ForeignOrigin, "A one-time address must be opened in a window of its own.");
            return;
        }

        var code = context.Request.Query["code"] is [{ Length: > 0 } one] ? one : "";
        if (host.Tenant is null || await codes.RedeemAsync(code, host.Origin, context.RequestAborted) is not { } redeemed)
        {
            await RefuseAsync(context, host, DenyReason.TokenInvalid, "The one-time address was used before, is more than a minute old, or belongs to another host. Open the target again from the session's page.");
            return;
        }

        var session = redeemed.Session.Session;
        cookie.Set(context, host, session.Id, session.PersonId);
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = LandingPage.Of(redeemed.Session.Scope);
    }

    private async Task LeaveAsync(HttpContext context, GatewayHost host)
    {
        var headers = context.Request.Headers;
        if (headers.Origin != host.Origin)
        {
            await RefuseAsync(context, host, DenyReason.ForeignOrigin, "Only the page at /.accessbroker/leave itself can end the session.");
            return;
        }

        var (value, count) = Cookies.Find(headers.Cookie);
        if (count == 1 && cookie.TryOpen(value!, host, out var id, out var person) && (await sessions.FindAsync(id, context.RequestAborted)).Session.PersonId == person)
        {
            var actor = new Actor(person, "", "", [], "gateway-cookie");
            await context.RequestServices.GetRequiredService<EndSession>().RunAsync(actor, id, context.RequestAborted);
        }

        BrowserCookie.Remove(context);
        context.Response.Headers["Clear-Site-Data"] = "\"cache\", \"cookies\", \"storage\"";
        await Pages.LeftAsync(context);
    }

    private Task RefuseAsync(HttpContext context, GatewayHost host, DenyReason reason, string detail) => denials.RefuseAsync(
        new Arrival(context, host, time), new Caller(reason, Presentation.Cookie, Guid.Empty, Guid.Empty, null), Verdict.Deny(reason, detail));
}
