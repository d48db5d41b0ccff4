using AccessBroker.Audit;
using AccessBroker.Contracts;
using AccessBroker.Grants;
using AccessBroker.Web.Exports;
using AccessBroker.Web.Schedules;
using AccessBroker.Web.Trails;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AccessBroker.Web.Api;

/// <summary>Searching and exporting the log. Who reads it is recorded on the trail that was read.</summary>
internal static class AuditEndpoints
{
    private const int MaxNote = 16 * 1024;

    public static void MapAudit(this IEndpointRouteBuilder api)
    {
        var audit = api.MapGroup("/audit").WithTags("audit");

        audit.MapGet("/events", async (HttpContext http, Caller caller, SearchTrails search, string? tenant, string? q, string? after, string? limit) =>
            {
                if (ListArguments.Limit(limit, out var count) is { } refusal)
                    return ApiProblems.Result(http, refusal);
                var answer = await search.RunAsync(caller.Actor, tenant, q, after, count, http.RequestAborted);
                return answer.AsRefusal() is { } refused ? ApiProblems.Result(http, refused) : ApiResults.Ok(answer.Page!);
            })
            .Answers<Page<AuditEventView>>("Search: customer: actor: grant: ticket: action: method: path: host: outcome: created:a..b ip:, '-' leaves out. Newest first.", 400, 404, 503);

        audit.MapGet("/events/{index:long}", async (long index, HttpContext http, Caller caller, ReadEntry read) =>
                (await read.RunAsync(caller.Actor, index, http.RequestAborted)).ToHttp(http))
            .Answers<AuditEntryView>("One entry whole.", 404, 503);

        audit.MapGet("/bundle", async (HttpContext http, Caller caller, ExportTrail export, string? tenant, string? from, string? to, string? grant, string? actor, string? pinned) =>
                ExportTrail.ReadPinned(pinned, out var note) is { } refusal
                    ? ApiProblems.Result(http, refusal)
                    : File(http, await export.RunAsync(caller.Actor, tenant, ExportOrder.Bundle, from, to, grant, actor, note, http.RequestAborted)))
            .AnswersZip("A customer's evidence bundle. 'pinned' is a checkpoint note in base64url.", 400, 404, 422, 503);

        audit.MapPost("/bundle", async (HttpContext http, Caller caller, ExportTrail export, string? tenant, string? from, string? to, string? grant, string? actor) =>
            {
                if (http.Request.ContentLength > MaxNote)
                    return ApiProblems.Result(http, TooLarge);
                using var reader = new StreamReader(http.Request.Body);
                var buffer = new char[MaxNote + 1];
                var length = await reader.ReadBlockAsync(buffer, http.RequestAborted);
                return length > MaxNote
                    ? ApiProblems.Result(http, TooLarge)
                    : File(http, await export.RunAsync(caller.Actor, tenant, ExportOrder.Bundle, from, to, grant, actor, length == 0 ? null : new string(buffer, 0, length), http.RequestAborted));
            })
            .Accepts<string>("text/plain")
            .AnswersZip("The same, with the checkpoint note as the body.", 400, 404, 413, 422, 503);

        audit.MapGet("/events.ndjson", async (HttpContext http, Caller caller, ExportTrail export, string? tenant, string? from, string? to, string? grant, string? actor) =>
                File(http, await export.RunAsync(caller.Actor, tenant, "ndjson", from, to, grant, actor, null, http.RequestAborted)))
            .WithSummary("A customer's entries, oldest first, one JSON object a line: place, header, exact body. For much, order an export.")
            .Produces<string>(StatusCodes.Status200OK, "application/x-ndjson").Problems(400, 404, 503);

        audit.MapExports();

        audit.MapGet("/schedules", async (HttpContext http, Caller caller, ListSchedules schedules) =>
            {
                var list = await schedules.RunAsync(caller.Actor, http.RequestAborted);
                return list.Succeeded ? ApiResults.Ok(new Page<ScheduleView>(list.Value, null)) : ApiProblems.Result(http, list.Refusal);
            })
            .Answers<Page<ScheduleView>>("The schedules that make files by themselves: next run, last run, its file, last error.", 404);

        audit.MapGet("/log", async (HttpContext http, Caller caller, ExportLog export) => File(http, await export.RunAsync(caller.Actor, http.RequestAborted)))
            .AnswersZip("The whole log without customers' data: headers, heads, checkpoint.", 404, 503);

        audit.MapGet("/checkpoint", async (HttpContext http, Caller caller, ReadableTrails trails, CheckpointPublisher publisher, IAuditRecords records, bool? publish) =>
            {
                if ((await trails.OfAsync(caller.Actor, http.RequestAborted)).Count == 0 && !ExportLog.MayExport(caller.Actor))
                    return (IResult)ApiProblems.Result(http, ApiProblems.NotFound);
                var latest = publish == true ? null : await records.LatestCheckpointAsync(http.RequestAborted);
                return Results.Text(latest?.CosignedNote ?? (await publisher.PublishAsync(http.RequestAborted)).Note, "text/plain; charset=utf-8");
            })
            .WithSummary("The newest signed checkpoint; with publish=true a new one that covers everything up to now.")
            .Produces<string>(StatusCodes.Status200OK, "text/plain").Problems(404, 503);
    }

    private static Refusal TooLarge { get; } = new(StatusCodes.Status413PayloadTooLarge, "body-too-large", "The body is too large",
        "A checkpoint note is a few lines of text.", "Send the signed note that you kept.");

    private static IResult File(HttpContext http, Outcome<ExportedFile> outcome) => outcome.Refusal is { } refusal
        ? ApiProblems.Result(http, refusal)
        : TypedResults.Stream(outcome.Value!.Content, outcome.Value.ContentType, outcome.Value.Name);

    private static void AnswersZip(this RouteHandlerBuilder endpoint, string summary, params int[] problems)
    {
        endpoint.WithSummary(summary).Produces<Stream>(StatusCodes.Status200OK, "application/zip").Problems(problems);
    }
}
