using AccessBroker.Contracts;
using AccessBroker.Grants;
using AccessBroker.Web.Live;
using AccessBroker.Web.Pages.Shared;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AccessBroker.Web.Pages.Engineers;

/// <summary><c>/e/sessions/{id}</c>: the session in use.</summary>
internal static class SessionPages
{
    public static void MapSessionPages(this IEndpointRouteBuilder engineers)
    {
        var session = engineers.MapGroup("/sessions/{id:guid}");

        session.MapGet("", (Guid id, HttpContext http, Caller caller, SessionQueries sessions, GrantQueries grants, CatalogueQueries catalogue) =>
            ShowAsync(id, null, http, caller, sessions, grants, catalogue));

        session.MapPost("/token", async (Guid id, HttpContext http, Caller caller, RenewToken renew, SessionQueries sessions, GrantQueries grants, CatalogueQueries catalogue) =>
        {
            var token = await renew.RunAsync(caller.Actor, id, http.RequestAborted);
            return token.Refusal is { } refusal
                ? PageResults.Refused(http, refusal)
                : await ShowAsync(id, token.Value, http, caller, sessions, grants, catalogue);
        });

        session.MapPost("/open", async (Guid id, HttpContext http, Caller caller, OpenBrowser open, SessionQueries sessions, GrantQueries grants) =>
        {
            var entry = await open.RunAsync(caller.Actor, id, http.RequestAborted);
            if (entry.Refusal is { } refusal)
                return PageResults.Refused(http, refusal);
            var shown = await sessions.GetAsync(caller.Actor, id, http.RequestAborted);
            var grant = await grants.GetAsync(caller.Actor, shown.Value!.GrantId, http.RequestAborted);
            return PageResults.Page<HandoverPage>(http, ("Entry", entry.Value), ("Grant", grant.Value), ("SessionId", id));
        });

        session.MapPost("/end", async (Guid id, HttpContext http, Caller caller, EndSession end) =>
            (await end.RunAsync(caller.Actor, id, http.RequestAborted)).Refusal is { } refusal
                ? PageResults.Refused(http, refusal)
                : PageResults.SeeOther($"/e/sessions/{id}"));

        session.MapGet("/live", (Guid id, HttpContext http, Caller caller, LiveFeeds feeds) => feeds.OfSession(caller.Actor, id, http));
    }

    private static async Task<IResult> ShowAsync(
        Guid id, SessionToken? token, HttpContext http, Caller caller, SessionQueries sessions, GrantQueries grants, CatalogueQueries catalogue)
    {
        var session = await sessions.GetAsync(caller.Actor, id, http.RequestAborted);
        if (session.Refusal is { } refusal)
            return PageResults.Refused(http, refusal);
        var grant = await grants.GetAsync(caller.Actor, session.Value!.GrantId, http.RequestAborted);
        if (grant.Refusal is { } hidden)
            return PageResults.Refused(http, hidden);
        return PageResults.Page<SessionPage>(http,
            ("Session", session.Value), ("Grant", grant.Value), ("Token", token),
            ("Customer", EngineerPages.CustomerName(catalogue.For(caller.Actor), grant.Value!.Tenant)));
    }
}
