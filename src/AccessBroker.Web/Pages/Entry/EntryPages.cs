using AccessBroker.Grants;
using AccessBroker.Web.Pages.Shared;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AccessBroker.Web.Pages.Entry;

/// <summary>The front door: what this is, or straight to the person's room. Signing in and out belongs to the Issuer.</summary>
internal static class EntryPages
{
    public static void MapEntry(this IEndpointRouteBuilder pages) =>
        pages.MapGet("/", async (HttpContext http, ActorResolver people) =>
        {
            if (http.User.Identity is not { IsAuthenticated: true })
                return PageResults.Page<WelcomePage>(http);
            if (await people.ResolveAsync(http.User, http.RequestAborted) is not { } actor)
                return PageResults.Refused(http, UnknownPerson);
            http.Features.Set(new Caller(actor));
            return Rooms.Of(actor) is [var first, ..] ? PageResults.SeeOther(first.Address) : PageResults.Page<NoRoomPage>(http);
        }).AllowAnonymous();

    internal static Refusal UnknownPerson { get; } = new(StatusCodes.Status403Forbidden, "not-allowed", "Your account cannot be used here",
        "You are signed in, but the account is locked or not known to this broker.", "Ask an administrator of the broker about your account.");
}
