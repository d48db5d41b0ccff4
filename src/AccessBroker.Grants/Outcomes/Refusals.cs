using System.Globalization;
using AccessBroker.Access;

namespace AccessBroker.Grants;

/// <summary>Refusals that more than one use case gives.</summary>
internal static class Refusals
{
    public static Refusal AuditUnavailable { get; } = new(
        503, "audit-unavailable", "The audit log cannot be written",
        "The audit log did not take the entry in time, so nothing was done.",
        "Try again in a moment; nothing was done.");

    /// <summary>One answer for what does not exist and for what belongs to somebody else: ids must not tell customers apart.</summary>
    public static Refusal NotFound(string what) => new(
        404, "not-found", "Not found", $"There is no such {what}, or it is not yours to see.",
        $"Check the address, or list your {what}s.");

    public static Refusal ChangedMeanwhile { get; } = new(
        409, "changed-meanwhile", "It changed while you were looking at it",
        "Somebody changed this after it was shown to you.", "Load it again and decide on what it says now.");

    public static Refusal Invalid(IReadOnlyDictionary<string, string[]> errors) => new(
        422, "invalid", "Some of it cannot be used", string.Join(" ", errors.SelectMany(e => e.Value)),
        "Correct the fields that are named and send it again.", errors);

    /// <summary>A grant that cannot be used now; the code is the one that the gateway would give.</summary>
    public static Refusal GrantNotUsable(DenyReason reason, Grant grant) => new(
        reason == DenyReason.NotInLog ? 403 : 409, reason.Code(), "This access cannot be used",
        reason switch
        {
            DenyReason.GrantScheduled => $"This access begins at {Clock(grant.NotBefore)}.",
            DenyReason.GrantExpired => $"This access ended by itself at {Clock(grant.NotAfter)}.",
            DenyReason.GrantRevoked => $"The customer ended this access at {Clock(grant.EndedAt ?? grant.NotAfter)}.",
            DenyReason.GrantCancelled => $"You gave this access back at {Clock(grant.EndedAt ?? grant.NotAfter)}.",
            DenyReason.SessionEnded => "This session is over.",
            DenyReason.NotInLog => "This access does not match what the audit log says was approved, so it is not honoured.",
            _ => "This access cannot be used now.",
        },
        reason switch
        {
            DenyReason.GrantScheduled => "Try again when it has begun.",
            DenyReason.SessionEnded => "Start a new session while the grant lasts.",
            DenyReason.NotInLog => "Tell an administrator: somebody may have changed the database.",
            _ => "Ask for access again if you still need it.",
        });

    /// <summary>Such as <c>14:02 UTC</c>.</summary>
    public static string Clock(DateTimeOffset time) => time.UtcDateTime.ToString("HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
