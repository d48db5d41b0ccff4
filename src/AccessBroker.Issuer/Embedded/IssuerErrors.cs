using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Http;

namespace AccessBroker.Issuer;

/// <summary>Why the embedded issuer refused a request, for the server's error page.</summary>
public static class IssuerErrors
{
    /// <summary>OpenIddict's sentence, or null where it refused nothing.</summary>
    public static string? DescriptionOf(HttpContext context) => context.GetOpenIddictServerResponse()?.ErrorDescription;
}
