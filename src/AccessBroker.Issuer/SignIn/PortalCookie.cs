using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AccessBroker.Issuer;

/// <summary>
/// The portal's session: who signed in and how, sealed in a cookie. It holds no roles; they are looked up at each request, so
/// that what is taken from a person is gone at once.
/// </summary>
internal static class PortalCookie
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(8);

    public static void Add(AuthenticationBuilder authentication) => authentication.AddCookie(IssuerSchemes.Portal, options =>
    {
        // __Host-: browsers accept it only over a secure origin (loopback counts), for this host alone (RFC 6265bis, section 4.1.3.2).
        options.Cookie.Name = "__Host-accessbroker-portal";
        options.Cookie.Path = "/";
        options.Cookie.SecurePolicy = CookieSecurePolicy.Always;
        options.Cookie.HttpOnly = true;
        options.Cookie.SameSite = SameSiteMode.Lax;
        options.ExpireTimeSpan = Lifetime;
        options.SlidingExpiration = false;
        options.LoginPath = SignInEndpoints.SignIn;
        options.ReturnUrlParameter = "returnUrl";
        options.Events.OnRedirectToLogin = context => PagesOnly(context, StatusCodes.Status401Unauthorized);
        options.Events.OnRedirectToAccessDenied = context =>
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return Task.CompletedTask;
        };
    });

    /// <summary>A program that calls the API wants a status, and a form that was posted cannot be repeated after sign-in.</summary>
    private static Task PagesOnly(RedirectContext<CookieAuthenticationOptions> context, int otherwise)
    {
        if (HttpMethods.IsGet(context.Request.Method) && !context.Request.Path.StartsWithSegments("/api"))
            context.Response.Redirect(context.RedirectUri);
        else
            context.Response.StatusCode = otherwise;
        return Task.CompletedTask;
    }
}
