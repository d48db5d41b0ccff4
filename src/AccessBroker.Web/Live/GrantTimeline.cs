using AccessBroker.Audit;
using AccessBroker.Contracts;
using AccessBroker.Web.Pages.Shared;
using AccessBroker.Web.Trails;

namespace AccessBroker.Web.Live;

/// <summary>What happened under one grant, oldest first, without the outcomes of requests that went well: one line a request.</summary>
internal sealed class GrantTimeline(IAuditRecords records, EventViews views, TimeProvider time)
{
    private const int Shown = 200;

    /// <summary>The newest lines, and whether there are more.</summary>
    public async Task<(IReadOnlyList<TimelineItem> Items, bool More)> ReadAsync(GrantView grant, CancellationToken cancellationToken)
    {
        var found = await records.SearchAsync(Query(grant) with { Limit = Shown + 1 }, cancellationToken);
        return (await LinesAsync([.. found.Take(Shown).Reverse()], cancellationToken), found.Count > Shown);
    }

    /// <summary>Lines after an entry, oldest first; all of them, however many came meanwhile.</summary>
    public async Task<IReadOnlyList<TimelineItem>> AfterAsync(GrantView grant, long index, CancellationToken cancellationToken)
    {
        var entries = new List<AuditEvent>();
        long? before = null;
        while (true)
        {
            var found = await records.SearchAsync(Query(grant) with { Limit = Shown, Before = before }, cancellationToken);
            entries.AddRange(found.TakeWhile(e => e.Index > index));
            if (found.Count < Shown || found[^1].Index <= index)
                break;
            before = found[^1].Index;
        }
        entries.Reverse();
        return await LinesAsync(entries, cancellationToken);
    }

    private static AuditQuery Query(GrantView grant) => new()
    {
        Tenants = [grant.Tenant],
        Including = [new(AuditField.Grant, grant.Id.ToString("D"))],
        Excluding = [new(AuditField.Kind, "http.outcome"), new(AuditField.Kind, "audit.")],
    };

    private async Task<IReadOnlyList<TimelineItem>> LinesAsync(List<AuditEvent> entries, CancellationToken cancellationToken) =>
        [.. (await views.OfAsync(entries, cancellationToken)).Select(e => new TimelineItem(e.Index, e.Time, Times.Precise(e.Time, time.GetUtcNow()), e.Sentence, e.Outcome == "denied"))];
}
