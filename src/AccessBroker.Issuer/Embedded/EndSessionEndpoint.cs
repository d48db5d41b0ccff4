using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using OpenIddict.Server.AspNetCore;

namespace AccessBroker.Issuer;

/// <summary>
/// <c>GET /connect/endsession</c> (OpenID Connect RP-Initiated Logout). The embedded issuer keeps no session of its own: each
/// sign-in is a fresh choice. So there is nothing to end, only a way back to the address the client registered.
/// </summary>
internal static class EndSessionEndpoint
{
    public static IResult Handle() => Results.SignOut(
        new AuthenticationProperties { RedirectUri = "/signed-out" }, [OpenIddictServerAspNetCoreDefaults.AuthenticationScheme]);
}
