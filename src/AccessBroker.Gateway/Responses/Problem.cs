using System.Buffers;
using System.Text.Json;
using AccessBroker.Access;
using Microsoft.AspNetCore.Http;

namespace AccessBroker.Gateway;

/// <summary>Problem details (RFC 9457) as the gateway writes them.</summary>
/// <param name="Code">Stable; the type is <c>urn:accessbroker:problem:{Code}</c>.</param>
/// <param name="Detail">Why, this time.</param>
/// <param name="Next">What the person can do now.</param>
internal sealed record Problem(int Status, string Code, string Title, string Detail, string Next)
{
    public static Problem AuditUnavailable { get; } = new(
        503, "audit-unavailable", "The audit log cannot be written",
        "The request could not be recorded in time, so it was not forwarded: nothing happened at the target.",
        "Try again in a moment.");

    public static Problem Of(Verdict verdict) => new(StatusOf(verdict.Reason), verdict.Reason.Code(), TitleOf(verdict.Reason), verdict.Detail, NextAfter(verdict.Reason));

    public static Problem Upstream(bool timedOut) => timedOut
        ? new(504, "upstream-timeout", "The target did not answer in time", "The request was recorded and forwarded, and the target gave no answer in time. It may have carried it out.", "Check at the target before you repeat a change.")
        : new(502, "upstream-unreachable", "The target cannot be reached", "The request was recorded, but the connection to the target failed.", "Try again, and tell an administrator if it stays so. Check at the target before you repeat a change.");

    /// <param name="requestId">Id of the log entry about this request where there is one, else the server's.</param>
    public async Task WriteAsync(HttpContext context, string requestId)
    {
        var response = context.Response;
        response.StatusCode = Status;
        response.ContentType = "application/problem+json";
        response.Headers.CacheControl = "no-store";
        if (Status == 401)
            response.Headers.WWWAuthenticate = Code == "no-token" ? "Bearer realm=\"accessbroker\"" : $"Bearer realm=\"accessbroker\", error=\"invalid_token\", error_description=\"{Title}\"";
        if (Status == 503)
            response.Headers.RetryAfter = "1";

        var body = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteString("type", "urn:accessbroker:problem:" + Code);
            json.WriteString("title", Title);
            json.WriteNumber("status", Status);
            json.WriteString("detail", Detail);
            json.WriteString("next", Next);
            json.WriteString("requestId", requestId);
            json.WriteEndObject();
        }

        response.ContentLength = body.WrittenCount;
        if (!HttpMethods.IsHead(context.Request.Method))
            await response.Body.WriteAsync(body.WrittenMemory, context.RequestAborted);
    }

    private static int StatusOf(DenyReason reason) => reason switch
    {
        DenyReason.NoToken or DenyReason.TokenInvalid or DenyReason.TokenExpired => 401,
        DenyReason.AmbiguousPath or DenyReason.AmbiguousRequest => 400,
        _ => 403,
    };

    private static string TitleOf(DenyReason reason) => reason switch
    {
        DenyReason.NoToken => "A consent token is needed",
        DenyReason.TokenInvalid => "The consent token is not valid",
        DenyReason.TokenExpired => "The consent token has expired",
        DenyReason.TokenForOtherTarget => "The consent token is for another address",
        DenyReason.SessionEnded => "The session has ended",
        DenyReason.GrantScheduled => "The access has not begun",
        DenyReason.GrantExpired => "The access has expired",
        DenyReason.GrantRevoked => "The customer ended the access",
        DenyReason.GrantCancelled => "The access was given back",
        DenyReason.NotInLog => "The access does not match the audit log",
        DenyReason.ScopeMismatch => "The token does not match the approved scope",
        DenyReason.CatalogueChanged => "The operation changed after it was approved",
        DenyReason.UnknownHost => "There is no such gateway address",
        DenyReason.AmbiguousPath => "The path can be read in more than one way",
        DenyReason.AmbiguousRequest => "The request can be read in more than one way",
        DenyReason.OtherTenant => "The path belongs to another customer",
        DenyReason.UnmappedRoute => "No operation allows this",
        DenyReason.OperationNotGranted => "The customer did not grant this operation",
        DenyReason.QueryNotDeclared => "The operation does not declare this query parameter",
        DenyReason.Unsupported => "The gateway does not pass this",
        DenyReason.ForeignOrigin => "Another site's page asked for this",
        DenyReason.PersonLocked => "The account is locked",
        _ => "The request is refused",
    };

    private static string NextAfter(DenyReason reason) => reason switch
    {
        DenyReason.NoToken or DenyReason.TokenInvalid or DenyReason.TokenExpired or DenyReason.ScopeMismatch =>
            "Get a token for your session and send it as 'Authorization: Bearer …', or open the target from the session's page.",
        DenyReason.TokenForOtherTarget or DenyReason.UnknownHost => "Use the gateway address that your session names.",
        DenyReason.SessionEnded => "Start a new session while the grant lasts.",
        DenyReason.GrantScheduled => "Try again when the grant has begun.",
        DenyReason.GrantExpired or DenyReason.GrantRevoked or DenyReason.GrantCancelled or DenyReason.CatalogueChanged or DenyReason.OperationNotGranted =>
            "Ask the customer for access again if you still need it.",
        DenyReason.NotInLog or DenyReason.PersonLocked => "Tell an administrator.",
        DenyReason.AmbiguousPath or DenyReason.AmbiguousRequest => "Send the address in its plain form.",
        DenyReason.OtherTenant => "Ask that customer for access of its own.",
        DenyReason.UnmappedRoute => "Use a path that one of the granted operations describes.",
        DenyReason.QueryNotDeclared => "Leave the parameter out.",
        DenyReason.ForeignOrigin => "Open the page at the gateway's own address and repeat it there.",
        _ => "Use what the granted operations describe.",
    };
}
