using AccessBroker.Access;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace AccessBroker.Web.Pages.Shared;

/// <summary>What every page needs to know about the visit.</summary>
/// <param name="Actor">Who is signed in, or null.</param>
/// <param name="Path">Path of this page, to mark it in the navigation.</param>
/// <param name="Now">The server's time when the page was made: countdowns count from it, not from the viewer's clock.</param>
/// <param name="FormField">Name of the hidden field against cross-site posts.</param>
/// <param name="FormToken">Its value.</param>
/// <param name="Demo">Demo personas may sign in; each page says so.</param>
/// <param name="Flash">One message from the action that led here, shown once.</param>
public sealed record PageContext(
    Actor? Actor, string Path, DateTimeOffset Now, string FormField, string FormToken, bool Demo, string? Flash)
{
    internal static PageContext Of(HttpContext http)
    {
        var services = http.RequestServices;
        var tokens = services.GetRequiredService<IAntiforgery>().GetAndStoreTokens(http);
        return new PageContext(
            Caller.Of(http)?.Actor,
            http.Request.Path,
            services.GetRequiredService<TimeProvider>().GetUtcNow(),
            tokens.FormFieldName,
            tokens.RequestToken ?? "",
            services.GetRequiredService<IConfiguration>().GetValue<bool>("Demo:Enabled"),
            services.GetRequiredService<Flash>().Take(http));
    }
}
