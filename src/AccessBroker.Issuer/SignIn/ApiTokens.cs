using System.Security.Claims;
using AccessBroker.Grants;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using OpenIddict.Validation.AspNetCore;

namespace AccessBroker.Issuer;

/// <summary>
/// Bearer access tokens for <c>/api/v1</c>: the embedded issuer's are looked up in its own store, other providers' are checked by
/// their published keys (RFC 9068). Scheme <c>api</c> only chooses which.
/// </summary>
internal static class ApiTokens
{
    private const int MaxTokenLength = 16 * 1024;

    public static void Add(AuthenticationBuilder authentication, SignInProviders providers)
    {
        foreach (var provider in providers.All.Where(p => !p.Embedded && p.Options.ApiAudience.Length > 0))
            authentication.AddJwtBearer(SchemeOf(provider), options => Configure(options, provider));
        var choices = providers.All.Where(p => !p.Embedded && p.Options.ApiAudience.Length > 0).ToList();
        authentication.AddPolicyScheme(IssuerSchemes.Api, null, options => options.ForwardDefaultSelector = context =>
            providers.All is [{ Embedded: true }] ? OpenIddictValidationAspNetCoreDefaults.AuthenticationScheme
            : choices.Count == 0 ? NoTokens.Scheme
            : SchemeOf(choices.FirstOrDefault(p => IsIssuer(p, IssuerNamedBy(context.Request))) ?? choices[0]));
        authentication.AddScheme<AuthenticationSchemeOptions, NoTokens>(NoTokens.Scheme, null);
        authentication.AddPolicyScheme(IssuerSchemes.Any, null, options => options.ForwardDefaultSelector = context =>
            context.Request.Headers.Authorization.Count > 0 ? IssuerSchemes.Api : IssuerSchemes.Portal);
    }

    private static string SchemeOf(SignInProvider provider) => $"api-{provider.Scheme}";

    private static void Configure(JwtBearerOptions options, SignInProvider provider)
    {
        options.Authority = provider.Options.Authority;
        options.RequireHttpsMetadata = !new Uri(provider.Options.Authority).IsLoopback;
        options.Audience = provider.Options.ApiAudience;
        options.MapInboundClaims = false;
        options.TokenValidationParameters.ValidTypes = ["at+jwt", "application/at+jwt", "JWT"]; // Entra ID and Okta still say JWT; the audience tells them from id_tokens
        options.TokenValidationParameters.ClockSkew = TimeSpan.FromSeconds(30);
        options.Events = new JwtBearerEvents
        {
            OnTokenValidated = context =>
            {
                if (BrokerClaims.From(context.Principal!, provider, context.HttpContext) is { } who)
                    context.Principal = new ClaimsPrincipal(PersonClaims.Identity(who, context.Scheme.Name));
                else
                    context.Fail("The token names no person: it has no sub.");
                return Task.CompletedTask;
            },
        };
    }

    /// <summary>Read without being believed: it only chooses who checks the token.</summary>
    private static string? IssuerNamedBy(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        if (header.Length > MaxTokenLength || !header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)) return null;
        var handler = new JsonWebTokenHandler();
        var token = header["Bearer ".Length..].Trim();
        try
        {
            return handler.CanReadToken(token) ? handler.ReadJsonWebToken(token).Issuer : null;
        }
        catch (ArgumentException)
        {
            return null; // not a token; the chosen scheme refuses it
        }
    }

    private static bool IsIssuer(SignInProvider provider, string? issuer) => issuer?.TrimEnd('/') == provider.Options.Authority.TrimEnd('/');
}
