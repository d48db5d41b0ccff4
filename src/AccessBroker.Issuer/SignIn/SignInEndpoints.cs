using System.Text;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AccessBroker.Issuer;

/// <summary><c>GET /signin</c>, <c>POST /signout</c> and the page after it.</summary>
internal static class SignInEndpoints
{
    public const string SignIn = "/signin";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(SignIn, Start).AllowAnonymous().ExcludeFromDescription();
        routes.MapPost("/signout", EndAsync).AllowAnonymous().ExcludeFromDescription();
        routes.MapGet("/signed-out", SignedOutAsync).AllowAnonymous().ExcludeFromDescription();
    }

    /// <param name="returnUrl">Where to go afterwards; only an address of this server counts, anything else means the front page.</param>
    /// <param name="provider">Scheme of the chosen provider, where there are several.</param>
    /// <param name="login_hint">Who it probably is; passed on to the provider.</param>
    private static IResult Start(HttpContext context, IssuerAddress address, SignInProviders providers, string? returnUrl, string? provider, string? login_hint)
    {
        // The provider leads back to PublicUrl, and cookies belong to one host: start where the way ends.
        if (!IsAt(address.PublicUrl, context.Request.Host))
            return Results.Redirect(address.Of(context.Request.Path + context.Request.QueryString).AbsoluteUri);
        var chosen = providers.All.Count == 1 ? providers.All[0] : providers.Find(provider ?? "");
        if (chosen is null) return Results.Extensions.ChooseProvider(providers, returnUrl);
        var properties = new AuthenticationProperties { RedirectUri = IsLocal(returnUrl) ? returnUrl : "/" };
        if (login_hint is { Length: > 0 and <= 200 }) properties.SetParameter("login_hint", login_hint);
        return Results.Challenge(properties, [chosen.Scheme]);
    }

    private static async Task<IResult> EndAsync(HttpContext context, IAntiforgery antiforgery)
    {
        if (!await antiforgery.IsRequestValidAsync(context)) return Results.Redirect("/");
        await context.SignOutAsync(IssuerSchemes.Portal);
        return Results.LocalRedirect("~/signed-out");
    }

    private static Task SignedOutAsync(HttpContext context) =>
        PlainPage.WriteAsync(context, "You are signed out", """<p>Sessions that you started keep running until they are ended or their time is over.</p><p><a href="/signin">Sign in again</a></p>""");

    private static bool IsAt(Uri publicUrl, HostString host) =>
        host.Host.Equals(publicUrl.IdnHost, StringComparison.OrdinalIgnoreCase) && (host.Port ?? publicUrl.Port) == publicUrl.Port;

    /// <summary>A path on this server. <c>//host</c> and <c>/\host</c> leave it in browsers, control characters hide that.</summary>
    internal static bool IsLocal(string? url) =>
        url is ['/', ..] && !url.StartsWith("//", StringComparison.Ordinal) && !url.StartsWith("/\\", StringComparison.Ordinal) && !url.Any(char.IsControl);

    private static IResult ChooseProvider(this IResultExtensions _, SignInProviders providers, string? returnUrl)
    {
        var links = new StringBuilder("<ul>");
        foreach (var provider in providers.All)
        {
            var query = QueryString.Create("provider", provider.Scheme).Add("returnUrl", IsLocal(returnUrl) ? returnUrl! : "/");
            links.Append("<li><a href=\"").Append(PlainPage.Text(SignIn + query)).Append("\">").Append(PlainPage.Text(provider.Options.Name)).Append("</a></li>");
        }
        return new PageResult("Sign in with", links.Append("</ul>").ToString());
    }

    private sealed class PageResult(string title, string body) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext) => PlainPage.WriteAsync(httpContext, title, body);
    }
}
