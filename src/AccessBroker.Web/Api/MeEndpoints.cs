using AccessBroker.Access;
using AccessBroker.Contracts;
using AccessBroker.Grants;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AccessBroker.Web.Api;

/// <summary>Who I am, and what I can ask for.</summary>
internal static class MeEndpoints
{
    public static void MapMe(this IEndpointRouteBuilder api)
    {
        api.MapGet("/me", (Caller caller) => ApiResults.Ok(View(caller.Actor)))
            .Answers<Me>("Who is signed in, and the roles they hold now.");

        api.MapGet("/catalogue", (Caller caller, CatalogueQueries catalogue) => ApiResults.Ok(catalogue.For(caller.Actor)))
            .Answers<CatalogueView>("The customers, targets and operations that the caller can ask for or decide about.");
    }

    internal static Me View(Actor actor) => new(actor.PersonId, actor.Name, actor.Organisation, [.. actor.Roles.Select(RoleName)], actor.SignIn);

    /// <summary><c>engineer</c>, <c>vendor-auditor</c>, <c>approver:acme</c>.</summary>
    private static string RoleName(HeldRole held)
    {
        var name = string.Concat(held.Role.ToString().Select((c, i) => char.IsUpper(c) && i > 0 ? "-" + char.ToLowerInvariant(c) : char.ToLowerInvariant(c).ToString()));
        return held.Tenant is null ? name : $"{name}:{held.Tenant}";
    }
}
