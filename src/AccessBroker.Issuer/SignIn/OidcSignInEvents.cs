using System.Security.Claims;
using AccessBroker.Grants;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AccessBroker.Issuer;

/// <summary>What happens around a sign-in at a provider: it is recorded before it counts, and a failure becomes a page that says what to do.</summary>
internal sealed partial class OidcSignInEvents(SignInProviders providers, SignInRecorder recorder, ILogger<OidcSignInEvents> logger) : OpenIdConnectEvents
{
    public override Task RedirectToIdentityProvider(RedirectContext context)
    {
        if (context.Properties.GetParameter<string>("login_hint") is { } hint) context.ProtocolMessage.LoginHint = hint;
        return Task.CompletedTask;
    }

    public override async Task TicketReceived(TicketReceivedContext context)
    {
        var provider = providers.Find(context.Scheme.Name) ?? throw new InvalidOperationException($"Scheme {context.Scheme.Name} has no provider.");
        if (BrokerClaims.From(context.Principal!, provider, context.HttpContext) is not { } who)
        {
            await RefuseAsync(context, StatusCodes.Status403Forbidden, "Nobody is named", $"{provider.Options.Name} answered without saying who you are (no iss or sub). Ask its administrator.");
            return;
        }
        var recorded = await recorder.RecordAsync(who, context.HttpContext.RequestAborted);
        if (recorded.Succeeded) context.Principal = new ClaimsPrincipal(PersonClaims.Identity(who, context.Scheme.Name));
        else await RefuseAsync(context, recorded.Refusal.Status, recorded.Refusal.Title, $"{recorded.Refusal.Detail} {recorded.Refusal.Next}");
    }

    /// <summary>The person closed the provider's page, took too long, came back twice, or the two sides disagree.</summary>
    public override async Task RemoteFailure(RemoteFailureContext context)
    {
        SignInFailed(context.Scheme.Name, context.Failure?.Message ?? "no reason given");
        var name = providers.Find(context.Scheme.Name)?.Options.Name ?? "The provider";
        await RefuseAsync(context, StatusCodes.Status400BadRequest, "You were not signed in",
            $"The answer of {name} does not belong to a sign-in that is open in this browser, or it refused. This happens when the page was left open too long or opened twice.");
    }

    /// <summary>The provider cannot be reached, or its key or discovery document is not what it should be.</summary>
    public override async Task AuthenticationFailed(AuthenticationFailedContext context)
    {
        SignInFailed(context.Scheme.Name, context.Exception.Message);
        await RefuseAsync(context, StatusCodes.Status502BadGateway, "You were not signed in", "The provider's answer could not be checked. Try again in a minute; if it stays so, tell your administrator.");
    }

    private static async Task RefuseAsync(HandleRequestContext<OpenIdConnectOptions> context, int status, string title, string text) =>
        await RefuseAsync(context.HttpContext, status, title, text, context.HandleResponse);

    private static async Task RefuseAsync(HandleRequestContext<RemoteAuthenticationOptions> context, int status, string title, string text) =>
        await RefuseAsync(context.HttpContext, status, title, text, context.HandleResponse);

    private static async Task RefuseAsync(HttpContext http, int status, string title, string text, Action handled)
    {
        http.Response.StatusCode = status;
        await PlainPage.WriteAsync(http, title, PlainPage.Paragraph(text) + """<p><a href="/signin">Sign in again</a></p>""");
        handled();
    }

    [LoggerMessage(5010, LogLevel.Warning, "Sign-in by {Scheme} failed: {Reason}")]
    private partial void SignInFailed(string scheme, string reason);
}
