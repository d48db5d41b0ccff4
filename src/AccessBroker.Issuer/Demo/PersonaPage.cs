using System.Text;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Routing;

namespace AccessBroker.Issuer;

/// <summary>
/// <c>/demo/personas</c>: stands where the page for credentials will stand, and does nothing else. GET shows a form with two
/// hidden inputs and a button <c>name="persona"</c> for each person; POST notes the choice and leads back to the authorization
/// request, whose address a program that posted the form may simply ask for again.
/// </summary>
internal static class PersonaPage
{
    private const string Path = "/demo/personas";
    private const string Authorize = "/connect/authorize?";

    public static string AddressFor(HttpRequest authorize, string? loginHint)
    {
        var query = new QueryBuilder { { "returnUrl", authorize.Path + authorize.QueryString } };
        if (Persona.Find(loginHint) is { } hinted) query.Add("hint", hinted.Id);
        return Path + query.ToQueryString();
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Path, ShowAsync).AllowAnonymous().ExcludeFromDescription();
        routes.MapPost(Path, ChooseAsync).AllowAnonymous().ExcludeFromDescription();
    }

    private static Task ShowAsync(HttpContext context, IAntiforgery antiforgery, string? returnUrl, string? hint)
    {
        if (!IsAuthorizeAddress(returnUrl)) return StartAgainAsync(context);
        var token = antiforgery.GetAndStoreTokens(context);
        var html = new StringBuilder("""
            <p>This is a demo on your own machine: choose who you are. Nobody here has a password, and the log will say that these are demo sign-ins.</p>
            <form method="post" action="/demo/personas">
            """);
        html.Append(Hidden(token.FormFieldName, token.RequestToken)).Append(Hidden("returnUrl", returnUrl));
        foreach (var persona in Persona.All)
            html.Append(Button(persona, hinted: persona.Id == hint));
        return PlainPage.WriteAsync(context, "Sign in as", html.Append("</form>").ToString());
    }

    private static async Task ChooseAsync(HttpContext context, IAntiforgery antiforgery, PersonaChoice choice)
    {
        if (!await antiforgery.IsRequestValidAsync(context) || !context.Request.HasFormContentType)
        {
            await StartAgainAsync(context);
            return;
        }
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var returnUrl = form["returnUrl"].ToString();
        if (!IsAuthorizeAddress(returnUrl) || Persona.Find(form["persona"]) is not { } persona)
        {
            await StartAgainAsync(context);
            return;
        }
        choice.Give(context, persona, returnUrl);
        await PlainPage.HandOverAsync(context, $"Signing in as {persona.Name}", returnUrl, "Continue");
    }

    /// <summary>An address of our own and no other: this page sends people nowhere else.</summary>
    private static bool IsAuthorizeAddress(string? address) => address is { Length: < 8192 } && address.StartsWith(Authorize, StringComparison.Ordinal);

    private static Task StartAgainAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status400BadRequest;
        return PlainPage.WriteAsync(context, "Please start again", """<p>This page belongs to a sign-in that is no longer open.</p><p><a href="/signin">Sign in</a></p>""");
    }

    private static string Hidden(string name, string? value) =>
        $"<input type=\"hidden\" name=\"{PlainPage.Text(name)}\" value=\"{PlainPage.Text(value)}\">\n";

    private static string Button(Persona persona, bool hinted) => $"""
        <button name="persona" value="{persona.Id}"{(hinted ? " autofocus" : "")}><strong>{PlainPage.Text(persona.Name)}, {PlainPage.Text(persona.Organisation)}</strong> <span>{PlainPage.Text(persona.Does)}</span></button>

        """;
}
