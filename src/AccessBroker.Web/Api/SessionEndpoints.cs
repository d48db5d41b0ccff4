using AccessBroker.Contracts;
using AccessBroker.Grants;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AccessBroker.Web.Api;

/// <summary>An engineer's use of a grant.</summary>
internal static class SessionEndpoints
{
    public static void MapSessions(this IEndpointRouteBuilder api)
    {
        var sessions = api.MapGroup("/sessions").WithTags("sessions");

        sessions.MapGet("/{id:guid}", async (Guid id, HttpContext http, Caller caller, SessionQueries queries) =>
                (await queries.GetAsync(caller.Actor, id, http.RequestAborted)).ToHttp(http))
            .Answers<SessionView>("One session.", 404);

        sessions.MapPost("/{id:guid}/token", async (Guid id, HttpContext http, Caller caller, RenewToken renew) =>
                (await renew.RunAsync(caller.Actor, id, http.RequestAborted)).ToHttp(http))
            .Answers<SessionToken>("A new consent token while the session lives; it never outlasts the grant.", 404, 409, 503);

        sessions.MapPost("/{id:guid}/end", async (Guid id, HttpContext http, Caller caller, EndSession end) =>
                (await end.RunAsync(caller.Actor, id, http.RequestAborted)).ToHttp(http))
            .Answers<SessionView>("End one's session; its open connections are cut.", 404, 409);

        sessions.MapPost("/{id:guid}/browser", async (Guid id, HttpContext http, Caller caller, OpenBrowser open) =>
                (await open.RunAsync(caller.Actor, id, http.RequestAborted)).ToHttp(http))
            .Answers<BrowserEntry>("A one-time address that opens the session in a browser.", 404, 409, 503);
    }
}
