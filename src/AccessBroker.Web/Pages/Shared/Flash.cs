using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;

namespace AccessBroker.Web.Pages.Shared;

/// <summary>
/// One message that survives the redirect after a form: "Ended in 0.4 s." In a protected cookie of one minute, so that a
/// link cannot put words on our page and a node keeps no state.
/// </summary>
internal sealed class Flash(IDataProtectionProvider protection)
{
    private const string CookieName = "accessbroker-said";
    private readonly ITimeLimitedDataProtector _protector = protection.CreateProtector("AccessBroker.Web.Flash").ToTimeLimitedDataProtector();

    public void Set(HttpContext http, string message) =>
        http.Response.Cookies.Append(CookieName, _protector.Protect(message, TimeSpan.FromMinutes(1)), Options(http));

    /// <summary>The message, which is gone after this.</summary>
    public string? Take(HttpContext http)
    {
        if (http.Request.Cookies[CookieName] is not { } cookie)
            return null;
        http.Response.Cookies.Delete(CookieName, Options(http));
        try
        {
            return _protector.Unprotect(cookie);
        }
        catch (System.Security.Cryptography.CryptographicException)
        {
            return null; // too old, or not ours
        }
    }

    private static CookieOptions Options(HttpContext http) => new()
    {
        HttpOnly = true, Secure = http.Request.IsHttps, SameSite = SameSiteMode.Strict, Path = "/", IsEssential = true, MaxAge = TimeSpan.FromMinutes(1),
    };
}
