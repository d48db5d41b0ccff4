using AccessBroker.Grants;
using AccessBroker.Web.Api;
using AccessBroker.Web.Checks;
using AccessBroker.Web.Exports;
using AccessBroker.Web.Pages.Shared;
using AccessBroker.Web.Schedules;
using AccessBroker.Web.Trails;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AccessBroker.Web.Pages.Auditors;

/// <summary><c>/a</c>: search what happened, look at an entry, take proof away. The address is the state of a search.</summary>
internal static class AuditorPages
{
    private const int PageSize = 50;
    private const int MaxPinned = 16 * 1024;

    public static void MapAuditors(this IEndpointRouteBuilder pages)
    {
        var auditors = pages.MapGroup("/a").RequireAuthorization(WebPolicies.Pages);
        auditors.MapGet("", () => PageResults.SeeOther("/a/events"));

        auditors.MapGet("/events", async (HttpContext http, Caller caller, SearchTrails search, string? q, string? after) =>
        {
            var answer = await search.RunAsync(caller.Actor, null, q, after, PageSize, http.RequestAborted);
            if (answer.Refusal is { } refusal)
                return PageResults.Refused(http, refusal);
            return PageResults.Page<EventsPage>(http, answer.Bad is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest,
                ("Query", q ?? ""), ("After", after), ("Terms", answer.Terms), ("Events", answer.Page), ("Fault", answer.Bad));
        });

        auditors.MapGet("/events/{index:long}", async (long index, HttpContext http, Caller caller, ReadEntry read) =>
        {
            var entry = await read.RunAsync(caller.Actor, index, http.RequestAborted);
            return entry.Refusal is { } refusal ? PageResults.Refused(http, refusal) : PageResults.Page<EventPage>(http, ("Entry", entry.Value));
        });

        auditors.MapGet("/export", (HttpContext http, Caller caller, ReadableTrails trails, ExportJobs exports, ListSchedules schedules, string? tenant, string? format, string? from, string? to, string? grant) =>
            ShowExportAsync(http, caller, trails, exports, schedules, new ExportForm(tenant ?? "", format ?? "", from ?? "", to ?? "", grant ?? ""), null));

        auditors.MapPost("/export", async (HttpContext http, Caller caller, ReadableTrails trails, ExportJobs exports, ListSchedules schedules) =>
        {
            var fields = await http.Request.ReadFormAsync(http.RequestAborted);
            var form = new ExportForm(fields["tenant"].ToString(), fields["format"].ToString(), fields["from"].ToString(), fields["to"].ToString(), fields["grant"].ToString());
            var made = await exports.StartAsync(
                caller.Actor, form.Tenant, form.Format, form.From, form.To, form.Grant, null, await PinnedAsync(fields, http.RequestAborted), http.RequestAborted);
            return made.Refusal is { } refusal
                ? await ShowExportAsync(http, caller, trails, exports, schedules, form, refusal)
                : PageResults.SeeOther($"/a/exports/{made.Value!.Id}");
        });

        auditors.MapGet("/exports/{id:guid}", async (Guid id, HttpContext http, Caller caller, ExportJobs exports) =>
        {
            var export = await exports.GetAsync(caller.Actor, id, http.RequestAborted);
            return export.Refusal is { } refusal ? PageResults.Refused(http, refusal) : PageResults.Page<ExportProgressPage>(http, ("Export", export.Value));
        });

        auditors.MapGet("/exports/{id:guid}/file", async (Guid id, HttpContext http, Caller caller, ExportJobs exports) =>
        {
            var file = await exports.OpenAsync(caller.Actor, id, http.RequestAborted);
            return file.Refusal is { } refusal ? PageResults.Refused(http, refusal) : ExportEndpoints.File(http, file.Value!);
        });

        auditors.MapPost("/exports/{id:guid}/start", async (Guid id, HttpContext http, Caller caller, ExportJobs exports) =>
        {
            var again = await exports.RestartAsync(caller.Actor, id, http.RequestAborted);
            return again.Refusal is { } refusal ? PageResults.Refused(http, refusal) : PageResults.SeeOther($"/a/exports/{id}");
        });

        auditors.MapPost("/exports/{id:guid}/remove", (Guid id, HttpContext http, Caller caller, ExportJobs exports) =>
            exports.Remove(caller.Actor, id).Refusal is { } refusal ? PageResults.Refused(http, refusal) : PageResults.SeeOther("/a/export"));

        auditors.MapPost("/check", async (HttpContext http, Caller caller, ReadableTrails trails, ReadingEntries reading, LogChecks checks) =>
        {
            var tenant = (await http.Request.ReadFormAsync(http.RequestAborted))["tenant"].ToString();
            var check = await checks.StartAsync(caller.Actor, tenant, trails, reading, http.RequestAborted);
            return check.Refusal is { } refusal ? PageResults.Refused(http, refusal) : PageResults.SeeOther($"/a/checks/{check.Value!.Id}");
        });

        auditors.MapGet("/checks/{id:guid}", async (Guid id, HttpContext http, Caller caller, ReadableTrails trails, LogChecks checks) =>
        {
            var check = await checks.GetAsync(caller.Actor, id, trails, http.RequestAborted);
            return check.Refusal is { } refusal ? PageResults.Refused(http, refusal) : PageResults.Page<CheckPage>(http, ("Check", check.Value));
        });

        auditors.MapPost("/export/log", async (HttpContext http, Caller caller, ExportLog export) =>
        {
            var made = await export.RunAsync(caller.Actor, http.RequestAborted);
            return made.Refusal is { } refusal ? PageResults.Refused(http, refusal) : TypedResults.Stream(made.Value!.Content, made.Value.ContentType, made.Value.Name);
        });
    }

    private static async Task<IResult> ShowExportAsync(HttpContext http, Caller caller, ReadableTrails trails, ExportJobs exports, ListSchedules schedules, ExportForm form, Refusal? fault)
    {
        var readable = await trails.OfAsync(caller.Actor, http.RequestAborted);
        if (readable.Count == 0 && !ExportLog.MayExport(caller.Actor))
            return PageResults.Refused(http, NotAnAuditor);
        return PageResults.Page<ExportPage>(http, fault?.Status ?? StatusCodes.Status200OK,
            ("Tenants", readable), ("Form", form), ("Exports", await exports.ListAsync(caller.Actor, http.RequestAborted)),
            ("Schedules", (await schedules.RunAsync(caller.Actor, http.RequestAborted)).Value ?? []), ("WholeLog", ExportLog.MayExport(caller.Actor)), ("Fault", fault));
    }

    /// <summary>The uploaded note as text, or null where none was chosen. One character too many is refused by the export.</summary>
    private static async Task<string?> PinnedAsync(IFormCollection fields, CancellationToken cancellationToken)
    {
        if (fields.Files.GetFile("pinned") is not { Length: > 0 } file)
            return null;
        using var reader = new StreamReader(file.OpenReadStream());
        var buffer = new char[MaxPinned + 1];
        return new string(buffer, 0, await reader.ReadBlockAsync(buffer, cancellationToken));
    }

    private static Refusal NotAnAuditor { get; } = new(StatusCodes.Status403Forbidden, "not-an-auditor", "This room is for auditors",
        "You may not read any customer's trail.", "Go to the start for what you can do.");
}
