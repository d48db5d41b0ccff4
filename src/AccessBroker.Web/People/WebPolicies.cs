using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection;

namespace AccessBroker.Web;

/// <summary>Every endpoint of this room names one of these, or says that it is for everybody.</summary>
public static class WebPolicies
{
    /// <summary>A program or the CLI with an access token for the API.</summary>
    public const string Api = "web-api";

    /// <summary>A person in a browser.</summary>
    public const string Pages = "web-pages";

    internal static void AddWebPolicies(this IServiceCollection services)
    {
        services.AddScoped<IAuthorizationHandler, KnownPersonHandler>();
        services.AddAuthorizationBuilder()
            .AddPolicy(Api, policy => policy.AddAuthenticationSchemes("api").RequireAuthenticatedUser().AddRequirements(new KnownPerson()))
            .AddPolicy(Pages, policy => policy.AddAuthenticationSchemes("portal").RequireAuthenticatedUser().AddRequirements(new KnownPerson()));
    }
}
