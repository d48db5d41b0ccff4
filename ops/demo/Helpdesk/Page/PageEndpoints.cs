using System.Net;
using Helpdesk.Data;

namespace Helpdesk.Page;

/// <summary>The page of an organisation. It holds none of its data: the script asks the endpoints for that, under the same rules as anybody.</summary>
internal static class PageEndpoints
{
    public static void MapPage(this IEndpointRouteBuilder org)
    {
        org.MapMethods("/", ["GET", "HEAD"], (string org, Database database, HttpResponse response) =>
        {
            // Everything comes from here, nothing runs in line, nobody frames it.
            response.Headers.ContentSecurityPolicy =
                "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
                + "form-action 'none'; frame-ancestors 'none'; base-uri 'none'";
            response.Headers.XContentTypeOptions = "nosniff";
            var html = Resources.Text("index.html")
                .Replace("{{org}}", WebUtility.HtmlEncode(org), StringComparison.Ordinal)
                .Replace("{{name}}", WebUtility.HtmlEncode(database.OrganisationName(org)), StringComparison.Ordinal);
            return TypedResults.Content(html, "text/html; charset=utf-8");
        });
        org.MapMethods("/app.js", ["GET", "HEAD"], () => TypedResults.Content(Resources.Text("app.js"), "text/javascript; charset=utf-8"));
        org.MapMethods("/app.css", ["GET", "HEAD"], () => TypedResults.Content(Resources.Text("app.css"), "text/css; charset=utf-8"));
    }
}
