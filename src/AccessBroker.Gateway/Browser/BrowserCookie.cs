using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace AccessBroker.Gateway;

/// <summary>
/// The gateway host's cookie: a session and its person, sealed for that host. It is no token: what the session may do is
/// looked up at every request, so the cookie needs no renewal and is worth nothing once the session ends.
/// </summary>
internal sealed class BrowserCookie(IDataProtectionProvider protection)
{
    private const string Purpose = "AccessBroker.Gateway.BrowserCookie.v1";
    private const int GuidLength = 16;

    public void Set(HttpContext context, GatewayHost host, Guid session, Guid person)
    {
        Span<byte> content = stackalloc byte[2 * GuidLength];
        session.TryWriteBytes(content, bigEndian: true, out _);
        person.TryWriteBytes(content[GuidLength..], bigEndian: true, out _);
        context.Response.Cookies.Append(Cookies.Name, WebEncoders.Base64UrlEncode(Protector(host).Protect(content.ToArray())), Options);
    }

    public static void Remove(HttpContext context) => context.Response.Cookies.Delete(Cookies.Name, Options);

    public bool TryOpen(string value, GatewayHost host, out Guid session, out Guid person)
    {
        session = person = Guid.Empty;
        if (value.Length > 1024)
            return false;
        try
        {
            var content = Protector(host).Unprotect(WebEncoders.Base64UrlDecode(value));
            if (content.Length != 2 * GuidLength)
                return false;
            session = new Guid(content.AsSpan(0, GuidLength), bigEndian: true);
            person = new Guid(content.AsSpan(GuidLength), bigEndian: true);
            return true;
        }
        catch (Exception e) when (e is CryptographicException or FormatException)
        {
            return false; // edited, of another host, or sealed under a key that is gone
        }
    }

    private IDataProtector Protector(GatewayHost host) => protection.CreateProtector(Purpose, host.Origin);

    // Secure is required by the name's prefix; browsers take http://*.localhost for secure enough.
    private static CookieOptions Options => new() { Secure = true, HttpOnly = true, SameSite = SameSiteMode.Lax, Path = "/", IsEssential = true };
}
