using AccessBroker.Contracts;
using AccessBroker.Grants;
using AccessBroker.Web.Live;
using AccessBroker.Web.Pages.Shared;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AccessBroker.Web.Pages.Engineers;

/// <summary><c>/e</c>: an engineer asks, waits, works.</summary>
internal static class EngineerPages
{
    private const int PastShown = 20;

    public static void MapEngineers(this IEndpointRouteBuilder pages)
    {
        var engineers = pages.MapGroup("/e").RequireAuthorization(WebPolicies.Pages);

        engineers.MapGet("", async (HttpContext http, Caller caller, RequestQueries requests, GrantQueries grants, CatalogueQueries catalogue) =>
        {
            if (!Rooms.IsEngineer(caller.Actor))
                return PageResults.Refused(http, NotAnEngineer);
            var asked = await requests.ListAsync(caller.Actor, null, null, null, 100, http.RequestAborted);
            var active = await grants.ListAsync(caller.Actor, "active", null, null, 100, http.RequestAborted);
            if ((asked.Refusal ?? active.Refusal) is { } refusal)
                return PageResults.Refused(http, refusal);
            var running = active.Value!.Items.Where(g => g.Holder.Id == caller.Actor.PersonId).ToList();
            var own = asked.Value!.Items.Where(r => r.Requester.Id == caller.Actor.PersonId).ToList();
            return PageResults.Page<EngineerHomePage>(http,
                ("Catalogue", catalogue.For(caller.Actor)),
                ("Pending", own.Where(r => r.State == "pending").ToList()),
                ("Active", running),
                ("Past", own.Where(r => r.State != "pending" && running.All(g => g.RequestId != r.Id)).Take(PastShown).ToList()));
        });

        engineers.MapGet("/new", (HttpContext http, Caller caller, CatalogueQueries catalogue) =>
            Rooms.IsEngineer(caller.Actor)
                ? PageResults.Page<AskPage>(http, ("Catalogue", catalogue.For(caller.Actor)), ("Form", AskForm.From(http.Request.Query)))
                : PageResults.Refused(http, NotAnEngineer));

        engineers.MapPost("/new", async (HttpContext http, Caller caller, CatalogueQueries catalogue, AskForAccess ask) =>
        {
            var form = AskForm.From(await http.Request.ReadFormAsync(http.RequestAborted));
            var made = await ask.RunAsync(caller.Actor, form.ToRequest(), null, http.RequestAborted);
            return made.Refusal is { } refusal
                ? PageResults.Page<AskPage>(http, refusal.Status, ("Catalogue", catalogue.For(caller.Actor)), ("Form", form), ("Fault", refusal))
                : PageResults.SeeOther($"/e/requests/{made.Value!.Id}");
        });

        engineers.MapPost("/new/check", async (HttpContext http, Caller caller, CatalogueQueries catalogue, PreviewRequest preview) =>
        {
            var form = AskForm.From(await http.Request.ReadFormAsync(http.RequestAborted));
            var shown = await preview.RunAsync(caller.Actor, form.ToRequest(), http.RequestAborted);
            return PageResults.Page<AskPage>(http, shown.Refusal?.Status ?? StatusCodes.Status200OK,
                ("Catalogue", catalogue.For(caller.Actor)), ("Form", form), ("Preview", shown.Value), ("Fault", shown.Refusal));
        });

        // 200 also where the form is not complete yet: that is no error while somebody types.
        engineers.MapPost("/preview", async (HttpContext http, Caller caller, PreviewRequest preview) =>
        {
            var form = AskForm.From(await http.Request.ReadFormAsync(http.RequestAborted));
            return TypedResults.Json(PreviewPart.Of(await preview.RunAsync(caller.Actor, form.ToRequest(), http.RequestAborted)), PageJson.Default.PreviewPart);
        });

        engineers.MapGet("/requests/{id:guid}", async (Guid id, HttpContext http, Caller caller, RequestQueries requests, GrantQueries grants, CatalogueQueries catalogue) =>
        {
            var found = await requests.GetAsync(caller.Actor, id, http.RequestAborted);
            if (found.Refusal is { } refusal)
                return PageResults.Refused(http, refusal);
            var grant = found.Value!.GrantId is { } grantId ? (await grants.GetAsync(caller.Actor, grantId, http.RequestAborted)).Value : null;
            return PageResults.Page<EngineerRequestPage>(http,
                ("Request", found.Value), ("Grant", grant), ("Customer", CustomerName(catalogue.For(caller.Actor), found.Value.Tenant)));
        });

        engineers.MapGet("/requests/{id:guid}/live", (Guid id, HttpContext http, Caller caller, LiveFeeds feeds) => feeds.OfRequest(caller.Actor, id, http));

        engineers.MapPost("/requests/{id:guid}/cancel", async (Guid id, HttpContext http, Caller caller, CancelRequest cancel) =>
            (await cancel.RunAsync(caller.Actor, id, http.RequestAborted)).Refusal is { } refusal
                ? PageResults.Refused(http, refusal)
                : PageResults.SeeOther($"/e/requests/{id}"));

        engineers.MapPost("/grants/{id:guid}/cancel", async (Guid id, HttpContext http, Caller caller, CancelGrant cancel, Flash flash) =>
        {
            if ((await cancel.RunAsync(caller.Actor, id, http.RequestAborted)).Refusal is { } refusal)
                return PageResults.Refused(http, refusal);
            flash.Set(http, "You gave the access back.");
            return PageResults.SeeOther("/e");
        });

        engineers.MapPost("/grants/{id:guid}/sessions", async (Guid id, HttpContext http, Caller caller, StartSession start) =>
        {
            var started = await start.RunAsync(caller.Actor, id, http.RequestAborted);
            return started.Refusal is { } refusal ? PageResults.Refused(http, refusal) : PageResults.SeeOther($"/e/sessions/{started.Value!.Session.Id}");
        });
        engineers.MapSessionPages();
    }

    internal static string CustomerName(CatalogueView catalogue, string tenant) => catalogue.Tenants.FirstOrDefault(t => t.Id == tenant)?.Name ?? tenant;

    private static Refusal NotAnEngineer { get; } = new(StatusCodes.Status403Forbidden, "not-an-engineer", "This room is for support engineers",
        "Only engineers ask for access to customers' data.", "Go to the start for what you can do.");
}
