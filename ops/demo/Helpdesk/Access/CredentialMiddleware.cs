namespace Helpdesk.Access;

/// <summary>Refuses, with 401, every request that does not carry the credential.</summary>
internal sealed class CredentialMiddleware(RequestDelegate next, ServiceCredential credential)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (credential.Accepts(context.Request.Headers.Authorization))
            return next(context);

        context.Response.Headers.WWWAuthenticate = "Bearer realm=\"helpdesk\"";
        return TypedResults.Problem(
            "Send the helpdesk's own credential as 'Authorization: Bearer ...'.",
            statusCode: 401,
            title: "Credential needed",
            type: "urn:helpdesk:credential").ExecuteAsync(context);
    }
}
