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

        customers.MapGet("/requests/{id:guid}", async (Guid id, HttpContext http, Caller caller, RequestQueries requests) =>
        {
            var found = await requests.GetAsync(caller.Actor, id, http.RequestAborted);
            return found.Refusal is { } refusal ? PageResults.Refused(http, refusal) : PageResults.Page<ApprovalPage>(http, ("Request", found.Value));
        });

        customers.MapPost("/requests/{id:guid}/approve", async (Guid id, HttpContext http, Caller caller, RequestQueries requests, ApproveAccess approve, Flash flash) =>
        {
            var form = await http.Request.ReadFormAsync(http.RequestAborted);
            var shown = await requests.GetAsync(caller.Actor, id, http.RequestAborted);
            if (shown.Refusal is { } hidden)
                return PageResults.Refused(http, hidden);
            var approved = await approve.RunAsync(caller.Actor, id, Answer(form, shown.Value!), http.RequestAborted);
            if (approved.Refusal is { } refusal)
                return await AgainAsync(http, caller, requests, id, refusal);
            flash.Set(http, $"Approved for {RequestWords.Duration((int)Math.Round((approved.Value!.NotAfter - approved.Value.NotBefore).TotalMinutes))}. You can watch it here and end it at any second.");
            return PageResults.SeeOther($"/c/grants/{approved.Value.Id}");
        });

        customers.MapPost("/requests/{id:guid}/deny", async (Guid id, HttpContext http, Caller caller, RequestQueries requests, DenyAccess deny, Flash flash) =>
        {
            var form = await http.Request.ReadFormAsync(http.RequestAborted);
            var denied = await deny.RunAsync(caller.Actor, id, new DenyRequest(form.Number("version"), form.Text("reason")), http.RequestAborted);
            if (denied.Refusal is { } refusal)
                return await AgainAsync(http, caller, requests, id, refusal);
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

    /// <summary>What the form chose. Everything left as asked is sent as "as asked".</summary>
    private static ApproveRequest Answer(IFormCollection form, RequestView asked)
    {
        var readOnly = form.Text("readonly") is not null;
        var ticked = form.All("operations");
        var chosen = asked.Operations.Where(o => ticked.Contains(o.Name) && !(readOnly && o.Writes)).Select(o => o.Name);
        // A name that was not asked for is passed on, so that the use case refuses the widening instead of the page hiding it.
        var foreign = ticked.Where(name => asked.Operations.All(o => o.Name != name));
        return new ApproveRequest(form.Number("version"), form.Number("minutes"), [.. chosen, .. foreign]);
    }

    /// <summary>The approval page as the request stands now, with why the answer was not taken.</summary>
    private static async Task<IResult> AgainAsync(HttpContext http, Caller caller, RequestQueries requests, Guid id, Refusal refusal)
    {
        var now = await requests.GetAsync(caller.Actor, id, http.RequestAborted);
        return now.Value is { } request && refusal.Status is not StatusCodes.Status403Forbidden
            ? PageResults.Page<ApprovalPage>(http, refusal.Status, ("Request", request), ("Fault", refusal))
            : PageResults.Refused(http, refusal);
    }

    private static Refusal NotYours { get; } = new(StatusCodes.Status403Forbidden, "not-an-approver", "This room is for approvers",
        "You do not decide about any customer's data.", "Go to the start for what you can do.");
}
