using AccessBroker.Grants;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http;

namespace AccessBroker.Web.Pages.Shared;

/// <summary>Before every page handler: what is posted must be a form and carry this visit's token, else 400 and nothing was done.</summary>
internal sealed class PageForms(IAntiforgery antiforgery) : IEndpointFilter
{
    private static readonly Refusal Stale = new(StatusCodes.Status400BadRequest, "form-stale", "This form is too old",
        "Nothing was done: the form was opened under another sign-in, or the page it came from is not ours.", "Open the page again and repeat the step.");

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (HttpMethods.IsPost(http.Request.Method) && !(http.Request.HasFormContentType && await antiforgery.IsRequestValidAsync(http)))
            return PageResults.Refused(http, Stale);
        return await next(context);
    }
}
