using AccessBroker.Issuer;
using Microsoft.AspNetCore.Authorization;

namespace AccessBroker.Server;

/// <summary>An endpoint that names no policy is for signed-in people: forgetting one closes a door instead of opening it.</summary>
internal static class SignedInByDefault
{
    public static void AddSignedInByDefault(this IServiceCollection services) => services.AddAuthorizationBuilder()
        .SetFallbackPolicy(new AuthorizationPolicyBuilder(IssuerSchemes.Any).RequireAssertion(IsSignedInOrNowhere).Build());

    /// <summary>The fallback also meets addresses that do not exist: those answer 404 or 405, not with a sign-in page.</summary>
    private static bool IsSignedInOrNowhere(AuthorizationHandlerContext context) =>
        context.User.Identity is { IsAuthenticated: true } || (context.Resource as HttpContext)?.GetEndpoint() is not RouteEndpoint;
}
