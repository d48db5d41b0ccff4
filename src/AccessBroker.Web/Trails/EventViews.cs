using AccessBroker.Audit;
using AccessBroker.Contracts;

namespace AccessBroker.Web.Trails;

/// <summary>Rows of the projection → what people and programs are shown.</summary>
internal sealed class EventViews(PeopleDirectory people, EventWords words)
{
    public async Task<IReadOnlyList<AuditEventView>> OfAsync(IReadOnlyList<AuditEvent> entries, CancellationToken cancellationToken)
    {
        var names = await people.NamesAsync(entries.Select(e => e.Actor), cancellationToken);
        return [.. entries.Select(e => View(e, names(e.Actor)))];
    }

    public static DateTimeOffset Time(AuditEvent entry) => DateTimeOffset.UnixEpoch.AddTicks(entry.Time * TimeSpan.TicksPerMicrosecond);

    private AuditEventView View(AuditEvent e, PersonView? actor) => new(
        e.Index, e.Seq, Time(e), e.Class.ToString().ToLowerInvariant(), e.Kind, e.Tenant, actor, e.Id, e.Ref,
        Guid.TryParse(e.Grant, out var grant) ? grant : null, Guid.TryParse(e.Session, out var session) ? session : null,
        e.Target, e.Operation, e.Method, e.Path, e.Status, e.Outcome, words.Sentence(e, actor?.Name ?? "Somebody"), Convert.ToBase64String(e.Leaf));
}
