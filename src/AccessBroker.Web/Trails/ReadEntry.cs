using System.Globalization;
using System.Text;
using AccessBroker.Access;
using AccessBroker.Audit;
using AccessBroker.Contracts;
using AccessBroker.Grants;
using AccessBroker.Web.Api;

namespace AccessBroker.Web.Trails;

/// <summary>One entry whole, header and exact body, for those who may read its trail; recorded on that trail.</summary>
internal sealed class ReadEntry(ReadableTrails trails, IAuditRecords records, ITrailReader entries, EventViews views, ReadingEntries reading, TimeProvider time)
{
    /// <summary>How long a new entry may take to reach the projection.</summary>
    private static readonly TimeSpan ProjectionLag = TimeSpan.FromSeconds(2);

    public async Task<Outcome<AuditEntryView>> RunAsync(Actor actor, long index, CancellationToken cancellationToken)
    {
        var readable = (await trails.OfAsync(actor, cancellationToken)).Select(t => t.Id).ToList();
        if (readable.Count == 0 || await entries.ReadAsync(index, cancellationToken) is not { } entry)
            return ApiProblems.NotFound;
        if (await FindAsync(readable, index, cancellationToken) is not { } row)
            return ApiProblems.NotFound;
        await reading.ReadAsync(actor, row.Tenant, "entry:" + index.ToString(CultureInfo.InvariantCulture), 1, cancellationToken);
        var view = (await views.OfAsync([row], cancellationToken))[0];
        return new AuditEntryView(view, Convert.ToBase64String(entry.HeaderBytes.Span), entry.Body is { } body ? Encoding.UTF8.GetString(body) : null);
    }

    /// <summary>The entry's row, if it stands on one of these trails. The newest entries are projected a moment after they are appended.</summary>
    private async Task<AuditEvent?> FindAsync(IReadOnlyList<string> tenants, long index, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        while (await records.ProjectedToAsync(cancellationToken) <= index && time.GetElapsedTime(begun) < ProjectionLag)
            await Task.Delay(TimeSpan.FromMilliseconds(100), time, cancellationToken);
        var found = await records.SearchAsync(new AuditQuery { Tenants = tenants, Before = index + 1, Limit = 1, PeopleOnly = false }, cancellationToken);
        return found is [var row] && row.Index == index ? row : null;
    }
}
