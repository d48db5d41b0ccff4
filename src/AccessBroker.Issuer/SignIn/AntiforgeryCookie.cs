using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AccessBroker.Issuer;

/// <summary>One antiforgery cookie for every form of portal and issuer.</summary>
internal static class AntiforgeryCookie
{
    public static void Add(IServiceCollection services) => services.AddAntiforgery(options =>
    {
        options.Cookie = new SecureOnLoopbackToo
        {
            Name = "__Host-accessbroker-antiforgery", Path = "/", HttpOnly = true, SameSite = SameSiteMode.Strict, IsEssential = true,
        };
        options.SuppressXFrameOptionsHeader = true; // the server's own headers say DENY
    });

    /// <summary>
    /// Antiforgery refuses to work at all over http where its policy is Always. Browsers, though, keep Secure cookies of
    /// http://localhost, and plain HTTP off loopback is refused at start: so the attribute is set and the policy is not.
    /// </summary>
    private sealed class SecureOnLoopbackToo : CookieBuilder
    {
        public override CookieOptions Build(HttpContext context, DateTimeOffset expiresFrom)
        {
            var options = base.Build(context, expiresFrom);
            options.Secure = true;
            return options;
        }
    }
}
