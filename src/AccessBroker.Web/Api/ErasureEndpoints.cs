using AccessBroker.Contracts;
using AccessBroker.Grants;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AccessBroker.Web.Api;

/// <summary>Forgetting before retention ends: one person proposes, another confirms, one of them the customer's.</summary>
internal static class ErasureEndpoints
{
    public static void MapErasures(this IEndpointRouteBuilder api)
    {
        var erasures = api.MapGroup("/erasures").WithTags("erasures");

        erasures.MapGet("", async (HttpContext http, Caller caller, ErasureQueries queries) =>
                ApiResults.Ok(new Page<ErasureView>(await queries.ListAsync(caller.Actor, http.RequestAborted), null)))
            .Answers<Page<ErasureView>>("Erasures of customers whose trails you may see, newest first.");

        erasures.MapGet("/{id:guid}", async (Guid id, HttpContext http, Caller caller, ErasureQueries queries) =>
                (await queries.GetAsync(caller.Actor, id, http.RequestAborted)).ToHttp(http))
            .Answers<ErasureView>("One erasure.", 404);

        erasures.MapPost("", async (HttpContext http, Caller caller, ProposeForgetting propose) =>
            {
                var body = await ApiBody.ReadAsync<ProposeErasure>(http);
                return body.Succeeded ? (await propose.RunAsync(caller.Actor, body.Value, http.RequestAborted)).ToHttp(http, StatusCodes.Status201Created) : ApiProblems.Result(http, body.Refusal);
            })
            .Accepts<ProposeErasure>("application/json")
            .Answers<ErasureView>("Propose to forget bodies of a customer's trail. Headers stay, and the log still verifies.", 400, 404, 409, 413, 415, 422, 503);

        erasures.MapPost("/{id:guid}/confirm", async (Guid id, HttpContext http, Caller caller, DecideForgetting decide) =>
                (await decide.RunAsync(caller.Actor, id, confirm: true, http.RequestAborted)).ToHttp(http))
            .Answers<ErasureView>("Agree to what somebody else proposed; it is carried out at once and cannot be undone.", 404, 409, 503);

        erasures.MapPost("/{id:guid}/reject", async (Guid id, HttpContext http, Caller caller, DecideForgetting decide) =>
                (await decide.RunAsync(caller.Actor, id, confirm: false, http.RequestAborted)).ToHttp(http))
            .Answers<ErasureView>("Refuse it, or take it back.", 404, 409, 503);
    }
}
