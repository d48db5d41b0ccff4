using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;

namespace AccessBroker.Issuer;

/// <summary>
/// Who was chosen, carried from the persona page back to the authorization request in a cookie: good once, for five minutes
/// and for that very request, so that no page can sign a person in by sending them to an address.
/// </summary>
internal sealed class PersonaChoice(IDataProtectionProvider protection)
{
    private const string Cookie = "__Host-accessbroker-choice";
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);
    private readonly ITimeLimitedDataProtector _protector = protection.CreateProtector("AccessBroker.Issuer.PersonaChoice").ToTimeLimitedDataProtector();

    /// <param name="authorizeAddress">Path and query of the authorization request that this answers.</param>
    public void Give(HttpContext context, Persona persona, string authorizeAddress) =>
        context.Response.Cookies.Append(Cookie, _protector.Protect($"{persona.Id} {HashOf(authorizeAddress)}", Lifetime), Options);

    /// <summary>The choice for the request at hand; the cookie is spent whatever it held.</summary>
    public Persona? Take(HttpContext context)
    {
        if (context.Request.Cookies[Cookie] is not { } value) return null;
        context.Response.Cookies.Delete(Cookie, Options);
        try
        {
            var parts = _protector.Unprotect(value).Split(' ');
            return parts is [var id, var hash] && hash == HashOf(context.Request.Path + context.Request.QueryString) ? Persona.Find(id) : null;
        }
        catch (CryptographicException)
        {
            return null; // too old, or not ours
        }
    }

    private static CookieOptions Options => new() { Secure = true, HttpOnly = true, SameSite = SameSiteMode.Lax, Path = "/", IsEssential = true };

    private static string HashOf(string address) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(address)));
}
