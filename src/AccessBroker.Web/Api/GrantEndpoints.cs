using AccessBroker.Contracts;
using AccessBroker.Grants;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AccessBroker.Web.Api;

/// <summary>Permissions that were given, and ending them.</summary>
internal static class GrantEndpoints
{
    public static void MapGrants(this IEndpointRouteBuilder api)
    {
        var grants = api.MapGroup("/grants").WithTags("grants");

        grants.MapGet("", async (HttpContext http, Caller caller, GrantQueries queries, string? state, string? tenant, string? after, string? limit) =>
            {
                if (ListArguments.Limit(limit, out var count) is { } refusal)
                    return ApiProblems.Result(http, refusal);
                return (await queries.ListAsync(caller.Actor, state, tenant, after, count, http.RequestAborted)).ToHttp(http);
            })
            .Answers<Page<GrantView>>("Grants that the caller holds or may end, newest first.", 400);

        grants.MapGet("/{id:guid}", async (Guid id, HttpContext http, Caller caller, GrantQueries queries) =>
                (await queries.GetAsync(caller.Actor, id, http.RequestAborted)).ToHttp(http))
            .Answers<GrantView>("One grant with its sessions.", 404);

        grants.MapPost("/{id:guid}/revoke", async (Guid id, HttpContext http, Caller caller, RevokeGrant revoke) =>
                (await revoke.RunAsync(caller.Actor, id, http.RequestAborted)).ToHttp(http))
            .Answers<GrantEnded>("The customer ends access now: open connections are cut, then it is recorded. Works while the log is down.", 404, 409);

        grants.MapPost("/{id:guid}/cancel", async (Guid id, HttpContext http, Caller caller, CancelGrant cancel) =>
                (await cancel.RunAsync(caller.Actor, id, http.RequestAborted)).ToHttp(http))
            .Answers<GrantEnded>("The holder gives access back.", 404, 409);

        grants.MapPost("/{id:guid}/sessions", async (Guid id, HttpContext http, Caller caller, StartSession start) =>
            {
                var outcome = await start.RunAsync(caller.Actor, id, http.RequestAborted);
                if (outcome.Value is { } started)
                    http.Response.Headers.Location = $"/api/v1/sessions/{started.Session.Id}";
                return outcome.ToHttp(http, StatusCodes.Status201Created);
            })
            .Produces<SessionToken>(StatusCodes.Status201Created)
            .Answers<SessionToken>("Start a session under a grant and get its first consent token.", 404, 409, 503);
    }
}
