using System.Security.Claims;

namespace AccessBroker.Grants;

/// <summary>
/// The claims by which a principal of ours (portal cookie, API access token) names a person. The doors that sign people in
/// MUST build them here and copy nothing else from an identity provider: what a provider sends under these names is its own.
/// </summary>
public static class PersonClaims
{
    /// <summary>The OIDC issuer that vouched for the person.</summary>
    public const string Provider = "accessbroker_provider";

    /// <summary>The person's subject at that issuer.</summary>
    public const string Subject = "sub";

    public const string Name = "name";
    public const string Organisation = "organisation";
    public const string Email = "email";

    /// <summary><c>oidc</c> or <c>demo-persona</c>.</summary>
    public const string SignIn = "accessbroker_sign_in";

    /// <summary>A fresh identity for a cookie or token.</summary>
    public static ClaimsIdentity Identity(SignedIn who, string authenticationType)
    {
        var identity = new ClaimsIdentity(authenticationType, Name, roleType: null);
        identity.AddClaim(new Claim(Provider, who.Provider));
        identity.AddClaim(new Claim(Subject, who.Subject));
        identity.AddClaim(new Claim(SignIn, who.How));
        if (who.Name is { Length: > 0 })
            identity.AddClaim(new Claim(Name, who.Name));
        if (who.Organisation is { Length: > 0 })
            identity.AddClaim(new Claim(Organisation, who.Organisation));
        if (who.Email is { Length: > 0 })
            identity.AddClaim(new Claim(Email, who.Email));
        return identity;
    }

    /// <summary>Null where the principal does not name a person.</summary>
    internal static SignedIn? Read(ClaimsPrincipal principal)
    {
        var provider = principal.FindFirst(Provider)?.Value ?? principal.FindFirst("iss")?.Value;
        var subject = principal.FindFirst(Subject)?.Value ?? principal.FindFirst(ClaimTypes.NameIdentifier)?.Value;
        return provider is null || subject is null
            ? null
            : new SignedIn(
                provider, subject, principal.FindFirst(Name)?.Value, principal.FindFirst(Organisation)?.Value,
                principal.FindFirst(Email)?.Value, principal.FindFirst(SignIn)?.Value ?? "oidc");
    }
}

/// <summary>Who signed in, in the identity provider's words.</summary>
/// <param name="Provider">OIDC issuer.</param>
/// <param name="Subject">Subject at that issuer.</param>
/// <param name="How"><c>oidc</c> or <c>demo-persona</c>: stands in the log.</param>
/// <param name="Ip">Address of the browser; stands in the log.</param>
public sealed record SignedIn(
    string Provider, string Subject, string? Name, string? Organisation, string? Email, string How, string? Ip = null);
