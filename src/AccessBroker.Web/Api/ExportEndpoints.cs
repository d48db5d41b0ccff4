using AccessBroker.Contracts;
using AccessBroker.Web.Exports;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace AccessBroker.Web.Api;

/// <summary>Exports that are made in the background: order, look, fetch (also in parts), remove.</summary>
internal static class ExportEndpoints
{
    public static void MapExports(this IEndpointRouteBuilder audit)
    {
        var exports = audit.MapGroup("/exports");

        exports.MapGet("", async (HttpContext http, Caller caller, ExportJobs jobs) =>
                ApiResults.Ok(new Page<ExportView>(await jobs.ListAsync(caller.Actor, http.RequestAborted), null)))
            .Answers<Page<ExportView>>("Your exports, newest first.");

        exports.MapPost("", async (HttpContext http, Caller caller, ExportJobs jobs) =>
            {
                var body = await ApiBody.ReadAsync<CreateExport>(http);
                if (!body.Succeeded)
                    return ApiProblems.Result(http, body.Refusal);
                var order = body.Value;
                return Accepted(http, await jobs.StartAsync(
                    caller.Actor, order.Tenant, order.Format, order.From, order.To, order.Grant?.ToString("D"), order.Actor?.ToString("D"), order.Pinned, http.RequestAborted));
            })
            .Accepts<CreateExport>("application/json")
            .WithSummary($"Make a file of a customer's trail: {ExportOrder.FormatNames}. Recorded on the trail before it begins; Location says where to look.")
            .Produces<ExportView>(StatusCodes.Status202Accepted, "application/json").Problems(400, 404, 413, 415, 429, 503);

        exports.MapGet("/{id:guid}", async (Guid id, HttpContext http, Caller caller, ExportJobs jobs) =>
                (await jobs.GetAsync(caller.Actor, id, http.RequestAborted)).ToHttp(http))
            .Answers<ExportView>("How far it is: queued, running, ready, failed or interrupted.", 404);

        exports.MapPost("/{id:guid}/start", async (Guid id, HttpContext http, Caller caller, ExportJobs jobs) =>
                Accepted(http, await jobs.RestartAsync(caller.Actor, id, http.RequestAborted)))
            .WithSummary("Start one again that was interrupted or failed. Recorded on the trail again.")
            .Produces<ExportView>(StatusCodes.Status202Accepted, "application/json").Problems(404, 409, 429, 503);

        exports.MapGet("/{id:guid}/file", async (Guid id, HttpContext http, Caller caller, ExportJobs jobs) =>
            {
                var file = await jobs.OpenAsync(caller.Actor, id, http.RequestAborted);
                return file.Succeeded ? File(http, file.Value) : ApiProblems.Result(http, file.Refusal!);
            })
            .WithSummary("The finished file. Range and If-Range continue a download that broke off; Repr-Digest holds the whole file's SHA-256.")
            .Produces<Stream>(StatusCodes.Status200OK, "application/octet-stream").Produces<Stream>(StatusCodes.Status206PartialContent, "application/octet-stream")
            .Problems(404, 409);

        exports.MapDelete("/{id:guid}", (Guid id, HttpContext http, Caller caller, ExportJobs jobs) =>
                jobs.Remove(caller.Actor, id).ToHttp(http))
            .Answers<ExportView>("Stop making it, and take the file away. Answers with what it was.", 404);
    }

    /// <summary>A spooled file with what it takes to fetch it in parts (RFC 9110 §14) and to know it whole (RFC 9530).</summary>
    public static IResult File(HttpContext http, SpooledFile file)
    {
        var export = file.Export;
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers["Repr-Digest"] = $"sha-256=:{Convert.ToBase64String(Convert.FromHexString(export.Sha256!))}:";
        return TypedResults.Stream(
            file.Content, export.Order.ContentType, export.Name, export.FinishedAt, new EntityTagHeaderValue($"\"{export.Sha256}\""), enableRangeProcessing: true);
    }

    private static IResult Accepted(HttpContext http, Grants.Outcome<ExportView> outcome)
    {
        if (outcome.Value is { } export)
            http.Response.Headers.Location = $"/api/v1/audit/exports/{export.Id}";
        return outcome.ToHttp(http, StatusCodes.Status202Accepted);
    }
}
