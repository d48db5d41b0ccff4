using System.Diagnostics;
using AccessBroker.Access;
using AccessBroker.Audit;
using AccessBroker.Evidence;

namespace AccessBroker.Web.Trails;

/// <summary>The entries that reading the log leaves on the trail that was read: <c>audit.read</c> and <c>audit.exported</c>.</summary>
internal sealed class ReadingEntries(IAuditLog log, TimeProvider time)
{
    /// <summary>Durable before anything is shown.</summary>
    /// <param name="what">What was asked for: a search, an entry's number.</param>
    /// <exception cref="AuditUnavailableException">Nothing may be shown.</exception>
    public ValueTask<AppendedEntry> ReadAsync(Actor actor, string tenant, string what, int count, CancellationToken cancellationToken) =>
        AppendAsync(tenant, Body("audit.read", actor, tenant).Add("query", what).Add("entries", count), cancellationToken);

    /// <param name="form"><c>bundle</c> or <c>log</c>.</param>
    public ValueTask<AppendedEntry> ExportedAsync(
        Actor actor, string tenant, string form, long? from, long? to, string? grant, string? pinned, CancellationToken cancellationToken)
    {
        var body = Body("audit.exported", actor, tenant).Add("form", form).Add("grant", grant).Add("pinned", pinned);
        if (from is { } f)
            body.Add("from", f);
        if (to is { } t)
            body.Add("to", t);
        return AppendAsync(tenant, body, cancellationToken);
    }

    private static BodyWriter Body(string kind, Actor actor, string tenant) => new BodyWriter()
        .Add("kind", kind)
        .Add("actor", actor.PersonId.ToString("D"))
        .Add("tenant", tenant)
        .Add("trace_id", Activity.Current?.TraceId.ToHexString());

    private ValueTask<AppendedEntry> AppendAsync(string tenant, BodyWriter body, CancellationToken cancellationToken) =>
        log.AppendAsync(new EntryDraft(EntryClass.Event, tenant, Guid.CreateVersion7(time.GetUtcNow()), default, body.ToBytes()), cancellationToken);
}
