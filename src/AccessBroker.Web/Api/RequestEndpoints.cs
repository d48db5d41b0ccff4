using AccessBroker.Contracts;
using AccessBroker.Grants;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AccessBroker.Web.Api;

/// <summary>Asking for access, and answering.</summary>
internal static class RequestEndpoints
{
    public static void MapRequests(this IEndpointRouteBuilder api)
    {
        var requests = api.MapGroup("/requests").WithTags("requests");

        requests.MapPost("", async (HttpContext http, Caller caller, AskForAccess ask) =>
            {
                var body = await ApiBody.ReadAsync<CreateRequest>(http);
                if (body.Refusal is { } refusal)
                    return ApiProblems.Result(http, refusal);
                if (IdempotencyKey(http, out var key) is { } badKey)
                    return ApiProblems.Result(http, badKey);
                var outcome = await ask.RunAsync(caller.Actor, body.Value!, key, http.RequestAborted);
                if (outcome.Value is { } made)
                    http.Response.Headers.Location = $"/api/v1/requests/{made.Id}";
                return outcome.ToHttp(http, StatusCodes.Status201Created);
            })
            .Accepts<CreateRequest>("application/json")
            .Produces<RequestView>(StatusCodes.Status201Created)
            .Answers<RequestView>("Ask a customer for access. With an Idempotency-Key header, asking again answers the first request.", 400, 404, 409, 413, 415, 422, 429, 503);

        requests.MapPost("/preview", async (HttpContext http, Caller caller, PreviewRequest preview) =>
            {
                var body = await ApiBody.ReadAsync<CreateRequest>(http);
                return body.Refusal is { } refusal
                    ? ApiProblems.Result(http, refusal)
                    : (await preview.RunAsync(caller.Actor, body.Value!, http.RequestAborted)).ToHttp(http);
            })
            .Accepts<CreateRequest>("application/json")
            .Answers<RequestView>("What the customer would see. Nothing is sent or stored.", 400, 404, 413, 415, 422);

        requests.MapGet("", async (HttpContext http, Caller caller, RequestQueries queries, string? state, string? tenant, string? after, string? limit) =>
            {
                if (ListArguments.Limit(limit, out var count) is { } refusal)
                    return ApiProblems.Result(http, refusal);
                return (await queries.ListAsync(caller.Actor, state, tenant, after, count, http.RequestAborted)).ToHttp(http);
            })
            .Answers<Page<RequestView>>("Requests that the caller made or may decide, newest first.", 400);

        requests.MapGet("/{id:guid}", async (Guid id, HttpContext http, Caller caller, RequestQueries queries) =>
                (await queries.GetAsync(caller.Actor, id, http.RequestAborted)).ToHttp(http))
            .Answers<RequestView>("One request.", 404);

        requests.MapGet("/{id:guid}/consent", async (Guid id, HttpContext http, Caller caller, PreviewConsent preview, string? minutes, string? operations) =>
            {
                if (ListArguments.Minutes(minutes, out var time) is { } refusal)
                    return ApiProblems.Result(http, refusal);
                return (await preview.RunAsync(caller.Actor, id, time, ListArguments.Names(operations), http.RequestAborted)).ToHttp(http);
            })
            .Answers<ConsentView>("What approving this much would grant, word for word as the log will hold it. Show it, and give 'shown' back when approving.", 400, 404, 409, 422);

        requests.MapPost("/{id:guid}/approve", async (Guid id, HttpContext http, Caller caller, ApproveAccess approve) =>
            {
                var body = await ApiBody.ReadAsync<ApproveRequest>(http);
                return body.Refusal is { } refusal
                    ? ApiProblems.Result(http, refusal)
                    : (await approve.RunAsync(caller.Actor, id, body.Value!, http.RequestAborted)).ToHttp(http);
            })
            .Accepts<ApproveRequest>("application/json")
            .Answers<GrantView>("Approve as asked, or with less. More than was asked is refused (422 scope-widened).", 400, 404, 409, 413, 415, 422, 503);

        requests.MapPost("/{id:guid}/deny", async (Guid id, HttpContext http, Caller caller, DenyAccess deny) =>
            {
                var body = await ApiBody.ReadAsync<DenyRequest>(http);
                return body.Refusal is { } refusal
                    ? ApiProblems.Result(http, refusal)
                    : (await deny.RunAsync(caller.Actor, id, body.Value!, http.RequestAborted)).ToHttp(http);
            })
            .Accepts<DenyRequest>("application/json")
            .Answers<RequestView>("Refuse a request. A refusal is final.", 400, 404, 409, 413, 415, 422);

        requests.MapPost("/{id:guid}/cancel", async (Guid id, HttpContext http, Caller caller, CancelRequest cancel) =>
                (await cancel.RunAsync(caller.Actor, id, http.RequestAborted)).ToHttp(http))
            .Answers<RequestView>("Take one's own pending request back.", 404, 409, 503);
    }

    /// <summary>At most 100 visible ASCII characters (draft-ietf-httpapi-idempotency-key-header).</summary>
    private static Refusal? IdempotencyKey(HttpContext http, out string? key)
    {
        key = http.Request.Headers["Idempotency-Key"] is { Count: > 0 } values ? values.ToString() : null;
        return key is null or { Length: >= 1 and <= 100 } && (key?.All(c => c is > ' ' and <= '~') ?? true)
            ? null
            : ApiProblems.BadField("Idempotency-Key", "must be 1 to 100 visible ASCII characters.", "Send a UUID, a new one for each new request.");
    }
}
