using AccessBroker.Access;
using AccessBroker.Audit;
using AccessBroker.Grants;

namespace AccessBroker.Web.Trails;

/// <summary>An entry of the log in one plain sentence: the same on timelines, in searches and in the API.</summary>
internal sealed class EventWords(ICatalogue catalogue)
{
    /// <param name="entry">The entry's row.</param>
    /// <param name="actor">Display name of who acted, or "The broker".</param>
    public string Sentence(AuditEvent entry, string actor) => entry.Kind switch
    {
        "http.intent" => $"{actor}: {Operation(entry)}{entry.Method} {entry.Path}",
        "http.message" => $"{actor} sent a message over the open connection {entry.Path}",
        "http.outcome" when entry.Status is { } status => $"Answered with {status}{Cut(entry)}",
        "http.outcome" => $"Ended without an answer{Cut(entry)}",
        "http.denied" => $"{actor} tried {entry.Method} {entry.Path}, blocked: {Denial(entry)}",
        "request.created" => $"{actor} asked for access{Target(entry)}{RequestWords.Ticket(entry.Ticket)}",
        "request.cancelled" => $"{actor} took the request back",
        "request.expired" => "The request expired unanswered",
        "review.approved" => $"{actor} approved the request",
        "review.denied" => $"{actor} denied the request",
        "review.refused" => $"{actor}'s answer was not taken: the database does not match the log",
        "grant.created" => $"Access{Target(entry)} was granted by {actor}",
        "grant.revoked" => $"{actor} ended the access",
        "grant.cancelled" => $"{actor} gave the access back",
        "grant.expired" => "The access ended by itself",
        "session.started" => $"{actor} started a session",
        "session.denied" => $"{actor} tried to start a session, blocked: {Denial(entry)}",
        "session.renewed" => $"{actor}'s session got a new token",
        "session.browser" => $"{actor} opened the session in a browser",
        "session.ended" => "The session ended",
        "auth.signed-in" => $"{actor} signed in",
        "admin.search.rebuilt" => "The search was made anew from the log",
        "admin.tenant.created" => "The customer was set up",
        "admin.role.assigned" => "A role was given to a person",
        "audit.read" => $"{actor} read the log",
        "audit.exported" => $"{actor} exported the log",
        "admin.erasure.proposed" => $"{actor} proposed to erase content of this trail",
        "admin.erasure.confirmed" => $"{actor} agreed to the erasure",
        "admin.erasure.rejected" => $"{actor} refused the erasure",
        "admin.erasure.done" => "The erasure was carried out",
        "log.erased" => "The content of one entry was erased; that it happened stays",
        "log.pruned" => "Content past its retention was removed; that it happened stays",
        "erased" => "The content of this entry was erased",
        "log.heads" => "The log stated the head of every trail before signing a checkpoint",
        var kind => $"{actor}: {kind}",
    };

    private string Operation(AuditEvent entry)
    {
        var sentence = entry.Target is { } target && entry.Operation is { } operation
            ? catalogue.Current.Find(target)?.Operations.FirstOrDefault(o => o.Name == operation)?.Sentence
            : null;
        return sentence is null ? "" : $"{sentence}. ";
    }

    private string Target(AuditEvent entry) =>
        entry.Target is { } name ? $" to {catalogue.Current.Find(name)?.Title ?? name}" : "";

    private static string Cut(AuditEvent entry) => entry.Text is { Length: > 0 } text ? $" ({text})" : "";

    /// <summary>The gateway's reason in the words of someone who does not know the gateway.</summary>
    private static string Denial(AuditEvent entry)
    {
        var code = entry.Text ?? "";
        foreach (var reason in Enum.GetValues<DenyReason>())
        {
            if (reason != DenyReason.None && code.Split(' ', 2)[0] == reason.Code())
                return Words(reason);
        }
        return code.Length == 0 ? "not allowed" : code;
    }

    private static string Words(DenyReason reason) => reason switch
    {
        DenyReason.NoToken => "nobody was signed in",
        DenyReason.TokenInvalid => "the token is not genuine",
        DenyReason.TokenExpired => "the token is too old",
        DenyReason.TokenForOtherTarget => "the token is for another application",
        DenyReason.SessionEnded => "the session is over",
        DenyReason.GrantScheduled => "the access has not begun",
        DenyReason.GrantExpired => "the access is over",
        DenyReason.GrantRevoked => "the customer ended the access",
        DenyReason.GrantCancelled => "the access was given back",
        DenyReason.NotInLog => "the database does not match the log",
        DenyReason.ScopeMismatch => "the token does not match what was approved",
        DenyReason.CatalogueChanged => "the application's definition changed since the approval",
        DenyReason.UnknownHost => "there is no such application",
        DenyReason.AmbiguousPath => "the path can be read in two ways",
        DenyReason.AmbiguousRequest => "the request can be read in two ways",
        DenyReason.OtherTenant => "it is another customer's data",
        DenyReason.UnmappedRoute => "no kind of access covers it",
        DenyReason.OperationNotGranted => "this kind of access was not approved",
        DenyReason.QueryNotDeclared => "it carries a parameter that was not approved",
        DenyReason.Unsupported => "the gateway does not let this kind of request through",
        DenyReason.ForeignOrigin => "it came from another site's page",
        DenyReason.PersonLocked => "the person is locked",
        _ => "not allowed",
    };
}
