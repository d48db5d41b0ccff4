using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace AccessBroker.Issuer;

/// <summary>The door people sign in at: providers by configuration, and in a demo the embedded issuer with its personas.</summary>
public static class IssuerRoom
{
    /// <summary>Call it after <see cref="IdentityRules"/> found nothing broken.</summary>
    public static IServiceCollection AddIssuer(this IServiceCollection services, IConfiguration configuration)
    {
        var address = IssuerAddress.From(configuration) ?? throw new InvalidOperationException("Server:PublicUrl is no address.");
        var providers = SignInProviders.From(configuration, address);
        services.AddSingleton(address);
        services.AddSingleton(providers);
        services.AddScoped<OidcSignInEvents>();
        var authentication = services.AddAuthentication(IssuerSchemes.Any);
        PortalCookie.Add(authentication);
        foreach (var provider in providers.All) OidcSignIn.Add(authentication, provider);
        ApiTokens.Add(authentication, providers);
        AntiforgeryCookie.Add(services);
        if (DemoMode.IsEnabled(configuration))
        {
            EmbeddedIssuer.Add(services, address.PublicUrl);
            services.AddSingleton<PersonaChoice>();
            services.AddScoped<RegisteredClients>();
        }
        return services;
    }

    public static void MapIssuer(this WebApplication app)
    {
        PlainPage.MapStyle(app);
        SignInEndpoints.Map(app);
        if (!DemoMode.IsEnabled(app.Configuration)) return;
        EmbeddedIssuer.Map(app);
        PersonaPage.Map(app);
    }
}
