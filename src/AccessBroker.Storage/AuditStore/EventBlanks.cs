using Microsoft.EntityFrameworkCore;

namespace AccessBroker.Storage;

/// <summary>Who, when, which operation on what survives an erasure (AUDIT-LOG.md, Keys); what people wrote or were does not.</summary>
internal static class EventBlanks
{
    public static Task<int> BlankAsync(this IQueryable<AuditEventRow> rows, CancellationToken cancellationToken) => rows.ExecuteUpdateAsync(
        set => set.SetProperty(e => e.Host, (string?)null).SetProperty(e => e.Path, (string?)null).SetProperty(e => e.Ip, (string?)null)
            .SetProperty(e => e.Ticket, (string?)null).SetProperty(e => e.Text, (string?)null),
        cancellationToken);
}
