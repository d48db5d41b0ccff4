using System.Globalization;
using AccessBroker.Access;
using AccessBroker.Audit;
using AccessBroker.Contracts;
using AccessBroker.Web.Api;
using AccessBroker.Web.Search;

namespace AccessBroker.Web.Trails;

/// <summary>Searches the trails that a person may read, newest first, and records on each trail what was read from it.</summary>
internal sealed class SearchTrails(ReadableTrails trails, PeopleDirectory people, IAuditRecords records, EventViews views, ReadingEntries reading)
{
    /// <param name="tenant">One customer, or null for all that the person may read.</param>
    /// <param name="text">The search language of <see cref="SearchParser"/>.</param>
    /// <param name="after">The last page's <c>next</c>: an index.</param>
    public async Task<SearchAnswer> RunAsync(Actor actor, string? tenant, string? text, string? after, int limit, CancellationToken cancellationToken)
    {
        var readable = (await trails.OfAsync(actor, cancellationToken)).Select(t => t.Id).ToList();
        if (readable.Count == 0 || (tenant is not null && !readable.Contains(tenant)))
            return new() { Refusal = ApiProblems.NotFound };
        long before = 0;
        if (after is not null && !long.TryParse(after, NumberStyles.None, CultureInfo.InvariantCulture, out before))
            return new() { Refusal = ApiProblems.BadField("after", "is not the 'next' of a page.", "Leave it out to begin with the newest.") };
        if (SearchParser.Parse(text, out var terms) is { } unreadable)
            return new() { Bad = unreadable };

        var finder = await people.FinderAsync(actor, terms.Any(t => t.Field == SearchField.Actor), cancellationToken);
        if (SearchCompiler.Compile(terms, tenant is null ? readable : [tenant], finder, out var query) is { } bad)
            return new() { Bad = bad, Terms = terms };

        var found = await records.SearchAsync(query with { Before = after is null ? null : before, Limit = limit + 1 }, AuditPage.Budget, cancellationToken);
        var page = found.Events.Take(limit).ToList();
        foreach (var read in page.GroupBy(e => e.Tenant, StringComparer.Ordinal))
            await reading.ReadAsync(actor, read.Key, text ?? "", read.Count(), cancellationToken);
        var next = found.Events.Count > limit ? page[^1].Index : found.SearchedTo;
        return new()
        {
            Terms = terms,
            Page = new Page<AuditEventView>(await views.OfAsync(page, cancellationToken), next?.ToString(CultureInfo.InvariantCulture)) { SearchedBackTo = Minute(found.SearchedToTime) },
        };
    }

    /// <summary>No finer: the entry that stands there may be a customer's whom this reader may not know of.</summary>
    private static DateTimeOffset? Minute(long? micros) =>
        micros is { } m ? DateTimeOffset.UnixEpoch.AddMinutes(m / 60_000_000 + 1) : null;
}
