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
        // Whose it is comes first: until then no body is decrypted, and another customer's entry costs what a missing one does.
        var readable = await trails.OfAsync(actor, cancellationToken);
        if (readable.Count == 0 || await FindAsync([.. readable.Select(t => t.Id)], index, cancellationToken) is not { } row
            || !await StandsOnAsync(readable, index, cancellationToken))
            return ApiProblems.NotFound;
        await reading.ReadAsync(actor, row.Tenant, "entry:" + index.ToString(CultureInfo.InvariantCulture), 1, cancellationToken);
        if (await entries.ReadAsync(index, cancellationToken) is not { } entry)
            return ApiProblems.NotFound;
        var view = (await views.OfAsync([row], cancellationToken))[0];
        return new AuditEntryView(view, Convert.ToBase64String(entry.HeaderBytes.Span), entry.Body is { } body ? Encoding.UTF8.GetString(body) : null);
    }

    /// <summary>By its own header: a row of the projection is no proof, and one that somebody falsified must not open a body.</summary>
    private async Task<bool> StandsOnAsync(IReadOnlyList<TenantView> readable, long index, CancellationToken cancellationToken)
    {
        await foreach (var bundle in records.ReadBundlesAsync(index, withBodies: false, cancellationToken))
        {
            var header = StoredEntry.In(bundle).Single(e => e.Index == index).Header;
            return readable.Any(t => t.Trail == Convert.ToBase64String(header.Trail.ToArray()));
        }
        return false;
    }

    /// <summary>The entry's row, if it stands on one of these trails. The newest entries are projected a moment after they are appended.</summary>
    private async Task<AuditEvent?> FindAsync(IReadOnlyList<string> tenants, long index, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        if (index >= (await records.ReadHeadAsync(cancellationToken)).Size)
            return null;
        while (await records.ProjectedToAsync(cancellationToken) <= index && time.GetElapsedTime(begun) < ProjectionLag)
            await Task.Delay(TimeSpan.FromMilliseconds(100), time, cancellationToken);
        var found = await records.SearchAsync(new AuditQuery { Tenants = tenants, Since = index, Before = index + 1, Limit = 1, PeopleOnly = false }, cancellationToken);
        return found.SingleOrDefault();
    }
}
