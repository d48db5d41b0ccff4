using AccessBroker.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AccessBroker.Issuer;

/// <summary>
/// An OpenID provider inside the broker, for those who have none: authorization code with PKCE and nothing else. The portal
/// signs in at it by HTTP like at any other provider.
/// </summary>
internal static class EmbeddedIssuer
{
    /// <summary>Audience of access tokens for <c>/api/v1</c>.</summary>
    public const string ApiAudience = "accessbroker-api";

    /// <summary>Scope that an access token needs for <c>/api/v1</c>.</summary>
    public const string ApiScope = "accessbroker";

    public static void Add(IServiceCollection services, Uri publicUrl)
    {
        services.AddSingleton<IssuerKeys>();
        services.AddSingleton<IConfigureOptions<OpenIddictServerOptions>>(p => p.GetRequiredService<IssuerKeys>());
        services.AddHostedService<TokenPruning>();
        services.AddOpenIddict()
            .AddCore(core => core.UseEntityFrameworkCore().UseDbContext<BrokerDbContext>())
            .AddServer(server => Configure(server, publicUrl))
            .AddValidation(validation =>
            {
                validation.UseLocalServer();
                // Addresses end up in logs and histories (RFC 6750, section 5.3): only the Authorization header carries a token.
                validation.UseAspNetCore().DisableAccessTokenExtractionFromQueryString().DisableAccessTokenExtractionFromBodyForm();
                validation.AddAudiences(ApiAudience);
                validation.EnableTokenEntryValidation(); // a token that was revoked, or whose sign-in was, ends at once
            });
    }

    private static void Configure(OpenIddictServerBuilder server, Uri publicUrl)
    {
        server.SetIssuer(publicUrl)
            .SetAuthorizationEndpointUris("connect/authorize")
            .SetPushedAuthorizationEndpointUris("connect/par")
            .SetTokenEndpointUris("connect/token")
            .SetUserInfoEndpointUris("connect/userinfo")
            .SetEndSessionEndpointUris("connect/endsession")
            .SetRevocationEndpointUris("connect/revoke");
        server.AllowAuthorizationCodeFlow().AllowRefreshTokenFlow().RequireProofKeyForCodeExchange();
        server.RegisterScopes(Scopes.Profile, Scopes.Email, ApiScope);
        server.RegisterClaims(Claims.Name, "organisation", Claims.AuthenticationMethodReference);
        server.SetAuthorizationCodeLifetime(TimeSpan.FromMinutes(1))
            .SetAccessTokenLifetime(TimeSpan.FromMinutes(15))
            .SetIdentityTokenLifetime(TimeSpan.FromMinutes(15))
            .SetRefreshTokenLifetime(TimeSpan.FromHours(8)) // a working day, counted from the sign-in, not from the last use
            .DisableSlidingRefreshTokenExpiration()
            .DisableAccessTokenEncryption(); // RFC 9068: any resource server can check typ at+jwt
        server.Configure(options =>
        {
            options.RequestTokenLifetime = TimeSpan.FromMinutes(5);
            options.CodeChallengeMethods.Remove(CodeChallengeMethods.Plain);
            options.ResponseModes.Remove(ResponseModes.FormPost); // needs an inline script, which our pages forbid
            options.ResponseModes.Remove(ResponseModes.Fragment);
        });
        var http = server.UseAspNetCore()
            .EnableAuthorizationEndpointPassthrough()
            .EnableEndSessionEndpointPassthrough()
            .EnableUserInfoEndpointPassthrough()
            .EnableStatusCodePagesIntegration();
        if (publicUrl.Scheme == Uri.UriSchemeHttp) // loopback only: the server's own rules refuse anything else
            http.DisableTransportSecurityRequirement();
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/connect/authorize", AuthorizeEndpoint.HandleAsync).AllowAnonymous().ExcludeFromDescription();
        routes.MapMethods("/connect/userinfo", [HttpMethods.Get, HttpMethods.Post], (Delegate)UserInfoEndpoint.HandleAsync).AllowAnonymous().ExcludeFromDescription();
        routes.MapGet("/connect/endsession", EndSessionEndpoint.Handle).AllowAnonymous().ExcludeFromDescription();
    }
}
