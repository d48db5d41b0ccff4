using AccessBroker.Grants;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;

namespace AccessBroker.Web;

/// <summary>The signed-in principal is a person whom the broker knows and who is not locked.</summary>
internal sealed class KnownPerson : IAuthorizationRequirement;

/// <summary>Looks the person and their roles up at each call, so that a removed role or a lock counts at once.</summary>
internal sealed class KnownPersonHandler(ActorResolver people) : AuthorizationHandler<KnownPerson>
{
    protected override async Task HandleRequirementAsync(AuthorizationHandlerContext context, KnownPerson requirement)
    {
        if (context.Resource is not HttpContext http || context.User.Identity is not { IsAuthenticated: true })
            return;
        if (await people.ResolveAsync(context.User, http.RequestAborted) is not { } actor)
            return;
        http.Features.Set(new Caller(actor));
        context.Succeed(requirement);
    }
}
