using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace AccessBroker.Issuer;

/// <summary>
/// Signs people in at a provider: authorization code with PKCE (RFC 7636), PAR where the provider offers it (RFC 9126), nonce
/// and state, claims from id_token and userinfo. The embedded issuer takes this same way.
/// </summary>
internal static class OidcSignIn
{
    public static void Add(AuthenticationBuilder authentication, SignInProvider provider)
    {
        authentication.AddOpenIdConnect(provider.Scheme, provider.Options.Name, options => Configure(options, provider));
        if (provider.Embedded)
        {
            authentication.Services.AddOptions<OpenIdConnectOptions>(provider.Scheme)
                .Configure<IssuerKeys>((options, keys) => options.ClientSecret = keys.PortalSecret());
        }
    }

    private static void Configure(OpenIdConnectOptions options, SignInProvider provider)
    {
        var configured = provider.Options;
        options.SignInScheme = IssuerSchemes.Portal;
        options.Authority = configured.Authority;
        options.RequireHttpsMetadata = !new Uri(configured.Authority).IsLoopback;
        options.ClientId = configured.ClientId;
        options.ClientSecret = configured.ClientSecret;
        options.CallbackPath = provider.CallbackPath;
        options.ResponseType = OpenIdConnectResponseType.Code;
        options.ResponseMode = OpenIdConnectResponseMode.Query; // form_post would need a cookie that travels across sites
        options.UsePkce = true;
        options.MapInboundClaims = false;
        options.GetClaimsFromUserInfoEndpoint = true;
        options.SaveTokens = false;
        options.DisableTelemetry = true;
        options.RemoteAuthenticationTimeout = TimeSpan.FromMinutes(10);
        options.BackchannelTimeout = TimeSpan.FromSeconds(10);
        options.Scope.Clear();
        foreach (var scope in configured.Scopes.DefaultIfEmpty("openid profile email")) options.Scope.Add(scope);
        options.ClaimActions.Clear();
        options.ClaimActions.Add(new UserInfoClaims());
        Secure(options.CorrelationCookie, "__Secure-accessbroker-correlation-");
        Secure(options.NonceCookie, "__Secure-accessbroker-nonce-");
        options.EventsType = typeof(OidcSignInEvents);
    }

    private static void Secure(CookieBuilder cookie, string name)
    {
        cookie.Name = name;
        cookie.SameSite = SameSiteMode.Lax;
        cookie.SecurePolicy = CookieSecurePolicy.Always;
    }
}
