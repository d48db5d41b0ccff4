namespace AccessBroker.Server;

/// <summary>What an answer without words of its own says.</summary>
/// <param name="Code">Stable; the problem type is <c>urn:accessbroker:problem:{Code}</c>.</param>
/// <param name="Next">What to do next.</param>
internal sealed record ErrorText(string Code, string Title, string Detail, string Next)
{
    public static ErrorText AuditUnavailable { get; } = new("audit-unavailable", "The audit log cannot be written",
        "Nothing was done: here everything is recorded first, and the log cannot be written at the moment.", "Try again in a minute. Ending access works all the same.");

    public static ErrorText SigningStopped { get; } = new("signing-stopped", "No checkpoint is signed",
        "A witness has seen a longer log than this one, so no checkpoint is signed and nothing can be exported.", "Ask the broker's administrator: the server's own log says which witness.");

    public static ErrorText StorageUnavailable { get; } = new("storage-unavailable", "The database cannot be reached",
        "The broker cannot read or write its database at the moment. Nothing was done.", "Try again in a minute.");

    public static ErrorText Of(int status) => status switch
    {
        400 => new("bad-request", "The request cannot be understood", "Something in it is missing or malformed.", "Check the address and what was sent; /openapi/v1.json describes the API."),
        401 => new("sign-in-required", "Sign in first", "This is only for people who are signed in.", "Sign in, or run 'accessbroker login'."),
        403 => new("not-allowed", "Not allowed", "You are signed in, but this is not yours to see or do.", "Ask an administrator of the broker if you think it should be."),
        404 => new("not-found", "Nothing here", "There is nothing at this address that you may see.", "Check the address, or start at the front page."),
        405 => new("method-not-allowed", "Method not allowed", "This address exists, but not with this method.", "See the Allow header, or /openapi/v1.json."),
        413 => new("too-large", "Too large", "The request is larger than this server accepts.", "Send less at a time."),
        415 => new("unsupported-media-type", "Unsupported media type", "The request's Content-Type is not read here.", "Send application/json."),
        429 => new("too-many-requests", "Too many requests", "This came too often in a short time.", "Wait as long as the Retry-After header says."),
        503 => new("unavailable", "Not available now", "The broker cannot answer this at the moment.", "Try again in a minute."),
        < 500 => new("refused", "The request was refused", "The server does not accept this request.", "Check the address and what was sent."),
        _ => new("internal", "Something went wrong on our side", "The broker failed at this. It was noted under the request id.", "Try again; if it fails again, give the request id to your administrator."),
    };
}
