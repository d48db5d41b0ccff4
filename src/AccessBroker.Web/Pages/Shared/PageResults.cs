using AccessBroker.Grants;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AccessBroker.Web.Pages.Shared;

/// <summary>Components as plain HTML: rendered once on the server, no circuit, no framework script.</summary>
internal static class PageResults
{
    /// <summary>A page; <paramref name="parameters"/> are the component's, beside <c>Context</c>.</summary>
    public static IResult Page<TComponent>(HttpContext http, params (string Name, object? Value)[] parameters) where TComponent : IComponent =>
        Page<TComponent>(http, StatusCodes.Status200OK, parameters);

    public static IResult Page<TComponent>(HttpContext http, int status, params (string Name, object? Value)[] parameters) where TComponent : IComponent
    {
        var all = parameters.ToDictionary(p => p.Name, p => p.Value, StringComparer.Ordinal);
        all["Context"] = PageContext.Of(http);
        http.Response.Headers.CacheControl = "no-store";
        return new RazorComponentResult<TComponent>(all) { StatusCode = status, PreventStreamingRendering = true };
    }

    /// <summary>A refusal in plain words with the next step.</summary>
    public static IResult Refused(HttpContext http, Refusal refusal) => Page<ErrorPage>(http, refusal.Status, ("Refusal", refusal));

    /// <summary>After a form: the page that shows the result, by GET.</summary>
    public static IResult SeeOther(string address) => new SeeOtherResult(address);

    private sealed class SeeOtherResult(string address) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
            httpContext.Response.Headers.Location = address;
            return Task.CompletedTask;
        }
    }
}
