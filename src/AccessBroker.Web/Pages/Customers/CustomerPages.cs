using AccessBroker.Contracts;
using AccessBroker.Grants;
using AccessBroker.Web.Live;
using AccessBroker.Web.Pages.Shared;
using AccessBroker.Web.Trails;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AccessBroker.Web.Pages.Customers;

/// <summary><c>/c</c>: a customer's people see who asks, say yes or no, watch, and end.</summary>
internal static class CustomerPages
{
    private const int PastShown = 20;

    public static void MapCustomers(this IEndpointRouteBuilder pages)
    {
        var customers = pages.MapGroup("/c").RequireAuthorization(WebPolicies.Pages);
        customers.MapGet("", () => PageResults.SeeOther("/c/requests"));

        customers.MapGet("/requests", async (HttpContext http, Caller caller, RequestQueries requests, GrantQueries grants) =>
        {
            if (!Rooms.IsApprover(caller.Actor))
                return PageResults.Refused(http, NotYours);
            var all = await requests.ListAsync(caller.Actor, null, null, null, 100, http.RequestAborted);
            var active = await grants.ListAsync(caller.Actor, "active", null, null, 100, http.RequestAborted);
            if ((all.Refusal ?? active.Refusal) is { } refusal)
                return PageResults.Refused(http, refusal);
            return PageResults.Page<CustomerRequestsPage>(http,
                ("Pending", all.Value!.Items.Where(r => r.State == "pending").ToList()),
                ("Active", active.Value!.Items),
                ("Past", all.Value!.Items.Where(r => r.State != "pending").Take(PastShown).ToList()));
        });

        customers.MapGet("/requests/{id:guid}", async (Guid id, HttpContext http, Caller caller, RequestQueries requests, PreviewConsent preview) =>
        {
            var found = await requests.GetAsync(caller.Actor, id, http.RequestAborted);
            return found.Refusal is { } refusal
                ? PageResults.Refused(http, refusal)
                : PageResults.Page<ApprovalPage>(http, ("Request", found.Value), ("Consent", await preview.RunAsync(caller.Actor, id, null, null, http.RequestAborted)));
        });

        // The text for another choice, for the script that shows it while the choice is made. A GET: it changes nothing.
        customers.MapGet("/requests/{id:guid}/consent", async (Guid id, HttpContext http, Caller caller, RequestQueries requests, PreviewConsent preview) =>
        {
            var found = await requests.GetAsync(caller.Actor, id, http.RequestAborted);
            if (found.Value is not { } request)
                return Results.NotFound();
            var choice = ApprovalForm.Read(http.Request.Query, request);
            return Results.Json(ConsentPart.Of(await preview.RunAsync(caller.Actor, id, choice.Minutes, choice.Operations, http.RequestAborted)), PageJson.Default.ConsentPart);
        });

        customers.MapPost("/requests/{id:guid}/approve", async (
            Guid id, HttpContext http, Caller caller, RequestQueries requests, ApproveAccess approve, PreviewConsent preview, Flash flash) =>
        {
            var form = await http.Request.ReadFormAsync(http.RequestAborted);
            var found = await requests.GetAsync(caller.Actor, id, http.RequestAborted);
            if (found.Refusal is { } hidden)
                return PageResults.Refused(http, hidden);
            var choice = ApprovalForm.Read(form, found.Value!);
            var approved = await approve.RunAsync(caller.Actor, id, choice.ToAnswer(), http.RequestAborted);
            if (approved.Refusal is { } refusal)
                return await AgainAsync(http, caller, requests, preview, id, refusal, choice);
            flash.Set(http, $"Approved for {RequestWords.Duration((int)Math.Round((approved.Value!.NotAfter - approved.Value.NotBefore).TotalMinutes))}. You can watch it here and end it at any second.");
            return PageResults.SeeOther($"/c/grants/{approved.Value.Id}");
        });

        customers.MapPost("/requests/{id:guid}/deny", async (Guid id, HttpContext http, Caller caller, RequestQueries requests, DenyAccess deny, PreviewConsent preview, Flash flash) =>
        {
            var form = await http.Request.ReadFormAsync(http.RequestAborted);
            var denied = await deny.RunAsync(caller.Actor, id, new DenyRequest(form.Number("version"), form.Text("reason")), http.RequestAborted);
            if (denied.Refusal is { } refusal)
                return await AgainAsync(http, caller, requests, preview, id, refusal, choice: null);
            flash.Set(http, "Denied. Nothing was opened.");
            return PageResults.SeeOther($"/c/requests/{id}");
        });

        customers.MapGet("/grants/{id:guid}", async (Guid id, HttpContext http, Caller caller, GrantQueries grants, GrantTimeline timeline, ReadingEntries reading) =>
        {
            var found = await grants.GetAsync(caller.Actor, id, http.RequestAborted);
            if (found.Refusal is { } refusal)
                return PageResults.Refused(http, refusal);
            var grant = found.Value!;
            if (!caller.Actor.MayAudit(grant.Tenant))
                return PageResults.SeeOther($"/e/requests/{grant.RequestId}");
            var (items, more) = await timeline.ReadAsync(grant, http.RequestAborted);
            await reading.ReadAsync(caller.Actor, grant.Tenant, $"grant:{grant.Id}", items.Count, http.RequestAborted);
            return PageResults.Page<CustomerGrantPage>(http, ("Grant", grant), ("Items", items), ("Truncated", more));
        });

        customers.MapGet("/grants/{id:guid}/live", async (Guid id, long? after, HttpContext http, Caller caller, GrantQueries grants, LiveFeeds feeds) =>
        {
            var found = await grants.GetAsync(caller.Actor, id, http.RequestAborted);
            return found.Value is { } grant && caller.Actor.MayAudit(grant.Tenant)
                ? feeds.OfGrant(caller.Actor, grant, after ?? grant.EntryIndex, http)
                : Results.NotFound();
        });

        customers.MapPost("/grants/{id:guid}/end", async (Guid id, HttpContext http, Caller caller, RevokeGrant revoke, Flash flash) =>
        {
            var ended = await revoke.RunAsync(caller.Actor, id, http.RequestAborted);
            if (ended.Refusal is { } refusal)
                return PageResults.Refused(http, refusal);
            flash.Set(http, EndingWords.Of(ended.Value!));
            return PageResults.SeeOther($"/c/grants/{id}");
        });
    }

    /// <summary>The approval page as the request stands now, with the choice that was made and why the answer was not taken.</summary>
    private static async Task<IResult> AgainAsync(
        HttpContext http, Caller caller, RequestQueries requests, PreviewConsent preview, Guid id, Refusal refusal, ApprovalForm? choice)
    {
        var now = await requests.GetAsync(caller.Actor, id, http.RequestAborted);
        if (now.Value is not { } request || refusal.Status is StatusCodes.Status403Forbidden)
            return PageResults.Refused(http, refusal);
        var consent = await preview.RunAsync(caller.Actor, id, choice?.Minutes, choice?.Operations, http.RequestAborted);
        if (!consent.Succeeded && choice is not null) // the choice itself is what was wrong
            consent = await preview.RunAsync(caller.Actor, id, null, null, http.RequestAborted);
        return PageResults.Page<ApprovalPage>(http, refusal.Status, ("Request", request), ("Consent", consent), ("Fault", refusal));
    }

    private static Refusal NotYours { get; } = new(StatusCodes.Status403Forbidden, "not-an-approver", "This room is for approvers",
        "You do not decide about any customer's data.", "Go to the start for what you can do.");
}
