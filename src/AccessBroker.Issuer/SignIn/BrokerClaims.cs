using System.Security.Claims;
using AccessBroker.Grants;
using Microsoft.AspNetCore.Http;

namespace AccessBroker.Issuer;

/// <summary>Reads a provider's claims as the broker's one vocabulary. Nothing else of theirs gets into a cookie or a principal of ours.</summary>
internal static class BrokerClaims
{
    /// <summary>Method reference (RFC 8176) that the embedded issuer gives to personas.</summary>
    public const string DemoMethod = "demo";

    private static readonly string[] NameClaims = ["name", "preferred_username", "email", "sub"];
    private static readonly string[] OrganisationClaims = ["organisation", "organization", "org_name"];
    private static readonly string[] EmailClaims = ["email"];

    /// <returns>Null where the provider named nobody: a token of a machine has no <c>sub</c>.</returns>
    public static SignedIn? From(ClaimsPrincipal theirs, SignInProvider provider, HttpContext context)
    {
        if (theirs.FindFirstValue("iss") is not { Length: > 0 } issuer || theirs.FindFirstValue("sub") is not { Length: > 0 } subject) return null;
        return new SignedIn(
            issuer, subject, Find("name", NameClaims), Find("organisation", OrganisationClaims), Find("email", EmailClaims),
            provider.Embedded && theirs.HasClaim("amr", DemoMethod) ? "demo-persona" : "oidc", context.Connection.RemoteIpAddress?.ToString());

        string? Find(string ours, string[] defaults) =>
            (provider.Options.ClaimMap.TryGetValue(ours, out var mapped) ? [mapped] : defaults)
            .Select(theirs.FindFirstValue).FirstOrDefault(value => !string.IsNullOrWhiteSpace(value));
    }
}
