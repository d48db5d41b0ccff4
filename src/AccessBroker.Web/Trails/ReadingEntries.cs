using System.Diagnostics;
using AccessBroker.Access;
using AccessBroker.Audit;
using AccessBroker.Evidence;
using AccessBroker.Web.Exports;

namespace AccessBroker.Web.Trails;

/// <summary>The entries that reading the log leaves on the trail that was read: <c>audit.read</c> and <c>audit.exported</c>.</summary>
internal sealed class ReadingEntries(IAuditLog log, TimeProvider time)
{
    /// <summary>Durable before anything is shown.</summary>
    /// <param name="what">What was asked for: a search, an entry's number.</param>
    /// <exception cref="AuditUnavailableException">Nothing may be shown.</exception>
    public ValueTask<AppendedEntry> ReadAsync(Actor actor, string tenant, string what, int count, CancellationToken cancellationToken) =>
        AppendAsync(tenant, Body("audit.read", actor, tenant).Add("query", what).Add("entries", count), cancellationToken);

    /// <summary>A customer's trail leaves as a file.</summary>
    public ValueTask<AppendedEntry> ExportedAsync(Actor actor, ExportOrder order, CancellationToken cancellationToken)
    {
        var body = Body("audit.exported", actor, order.Tenant).Add("form", order.FormatName).Add("grant", order.Grant?.ToString("D"))
            .Add("person", order.Actor?.ToString("D")).Add("pinned", order.PinnedHash);
        return AppendAsync(order.Tenant, WithPeriod(body, order), cancellationToken);
    }

    /// <summary>A customer's trail leaves as a file that a schedule makes.</summary>
    public ValueTask<AppendedEntry> ScheduledAsync(string schedule, ExportOrder order, CancellationToken cancellationToken)
    {
        var body = new BodyWriter().Add("kind", "audit.exported").Add("actor", Names.System).Add("tenant", order.Tenant).Add("form", "schedule").Add("schedule", schedule)
            .Add("format", order.FormatName).Add("content", order.Bodies ? "bodies" : "metadata");
        return AppendAsync(order.Tenant, WithPeriod(body, order), cancellationToken);
    }

    /// <summary>The whole log's headers leave, without customers' data.</summary>
    public ValueTask<AppendedEntry> LogExportedAsync(Actor actor, CancellationToken cancellationToken) =>
        AppendAsync(Names.System, Body("audit.exported", actor, Names.System).Add("form", "log"), cancellationToken);

    private static BodyWriter Body(string kind, Actor actor, string tenant) => new BodyWriter()
        .Add("kind", kind)
        .Add("actor", actor.PersonId.ToString("D"))
        .Add("tenant", tenant)
        .Add("trace_id", Activity.Current?.TraceId.ToHexString());

    private static BodyWriter WithPeriod(BodyWriter body, ExportOrder order)
    {
        if (order.From is { } from)
            body.Add("from", EntryTime.FromDate(from));
        if (order.To is { } to)
            body.Add("to", EntryTime.FromDate(to));
        return body;
    }

    private ValueTask<AppendedEntry> AppendAsync(string tenant, BodyWriter body, CancellationToken cancellationToken) =>
        log.AppendAsync(new EntryDraft(EntryClass.Event, tenant, Guid.CreateVersion7(time.GetUtcNow()), default, body.ToBytes()), cancellationToken);
}
