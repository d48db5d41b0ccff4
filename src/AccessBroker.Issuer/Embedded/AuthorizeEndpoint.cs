using System.Security.Claims;
using AccessBroker.Grants;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AccessBroker.Issuer;

/// <summary>
/// <c>GET /connect/authorize</c>. OpenIddict has checked client, redirect address, PKCE and scopes; what is left is who it is.
/// Nobody chosen yet: off to the sign-in page, which comes back to this same address with a choice made for it alone.
/// </summary>
internal static class AuthorizeEndpoint
{
    public static async Task<IResult> HandleAsync(HttpContext context, PersonaChoice choice, SignInRecorder recorder, IssuerAddress address)
    {
        var request = context.GetOpenIddictServerRequest() ?? throw new InvalidOperationException("OpenIddict did not read this request.");
        if (choice.Take(context) is not { } persona)
        {
            return request.HasPromptValue(PromptValues.None)
                ? Refuse(Errors.LoginRequired, "Nobody is signed in, and prompt=none allows no question.")
                : Results.Redirect(PersonaPage.AddressFor(context.Request, request.LoginHint));
        }
        var principal = PrincipalFor(persona, request);
        if (request.ClientId != RegisteredClients.Portal) // the portal records its own sign-ins, whatever the provider
        {
            var who = new SignedIn(address.PublicUrl.AbsoluteUri, persona.Id, persona.Name, persona.Organisation, null, "demo-persona", context.Connection.RemoteIpAddress?.ToString());
            var recorded = await recorder.RecordAsync(who, context.RequestAborted);
            if (!recorded.Succeeded) return Refuse(Errors.AccessDenied, recorded.Refusal.Detail);
        }
        return Results.SignIn(principal, authenticationScheme: OpenIddictServerAspNetCoreDefaults.AuthenticationScheme);
    }

    private static ClaimsPrincipal PrincipalFor(Persona persona, OpenIddictRequest request)
    {
        var identity = new ClaimsIdentity("demo", Claims.Name, Claims.Role);
        identity.SetClaim(Claims.Subject, persona.Id)
            .SetClaim(Claims.Name, persona.Name)
            .SetClaim("organisation", persona.Organisation)
            .SetClaim(PersonClaims.SignIn, "demo-persona")
            .SetClaims(Claims.AuthenticationMethodReference, [BrokerClaims.DemoMethod]);
        identity.SetScopes(request.GetScopes());
        if (identity.HasScope(EmbeddedIssuer.ApiScope)) identity.SetResources(EmbeddedIssuer.ApiAudience);
        identity.SetDestinations(static claim => claim.Type == PersonClaims.SignIn
            ? [Destinations.AccessToken]
            : [Destinations.AccessToken, Destinations.IdentityToken]);
        return new ClaimsPrincipal(identity);
    }

    private static IResult Refuse(string error, string description) => Results.Forbid(
        new AuthenticationProperties(new Dictionary<string, string?>
        {
            [OpenIddictServerAspNetCoreConstants.Properties.Error] = error,
            [OpenIddictServerAspNetCoreConstants.Properties.ErrorDescription] = description,
        }),
        [OpenIddictServerAspNetCoreDefaults.AuthenticationScheme]);
}
