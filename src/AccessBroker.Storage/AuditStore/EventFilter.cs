using System.Globalization;
using System.Linq.Expressions;
using AccessBroker.Audit;
using AccessBroker.Evidence;
using Microsoft.EntityFrameworkCore;

namespace AccessBroker.Storage;

/// <summary>A search as conditions on rows, written so that each database takes the index that looks at the fewest.</summary>
internal sealed class EventFilter
{
    private readonly AuditQuery _query;
    private readonly List<AuditTerm> _including;
    private readonly bool _eventsOnly;
    private readonly bool _failuresOnly;

    private EventFilter(AuditQuery query, List<AuditTerm> including)
    {
        (_query, _including) = (query, including);
        _eventsOnly = query.PeopleOnly && including.Exists(IsOfEvents);
        _failuresOnly = including.Exists(t => t.Field == AuditField.Status && Number(t.Value) >= 400);
        IsNarrow = _eventsOnly || _failuresOnly || including.Exists(t => t.Field == AuditField.Grant);
    }

    /// <summary>An index leads to what was asked for: a large part of the log can be searched in one step.</summary>
    public bool IsNarrow { get; }

    public static async Task<EventFilter> OfAsync(BrokerDbContext context, AuditQuery query, CancellationToken cancellationToken)
    {
        List<AuditTerm> including = [.. query.Including];
        // Sessions have no index: every entry of one names its grant too, which has.
        if (including.Find(t => t.Field == AuditField.Session) is { } term && Guid.TryParse(term.Value, out var id) && !including.Exists(t => t.Field == AuditField.Grant)
            && await context.Sessions.Where(s => s.Id == id).Select(s => (Guid?)s.GrantId).SingleOrDefaultAsync(cancellationToken) is { } grant)
            including.Add(new AuditTerm(AuditField.Grant, grant.ToString("D")));
        return new EventFilter(query, including);
    }

    public IQueryable<AuditEventRow> Apply(IQueryable<AuditEventRow> rows)
    {
        rows = OfTenants(rows);
        if (_query.PeopleOnly)
            rows = rows.Where(e => e.Class < (byte)EntryClass.Heads);
        // The very words of the partial indices: no database sees that kind = 'review.approved' implies them.
        if (_eventsOnly)
            rows = rows.Where(e => e.Class == (byte)EntryClass.Event);
        if (_failuresOnly)
            rows = rows.Where(e => e.Status >= 400);
        if (_query.From is { } from)
            rows = rows.Where(e => e.Time >= from);
        if (_query.To is { } to)
            rows = rows.Where(e => e.Time < to);
        rows = _including.Aggregate(rows, (left, term) => left.Where(Matches(term)));
        return _query.Excluding.Select(Matches).Aggregate(rows, (left, match) =>
            left.Where(Expression.Lambda<Func<AuditEventRow, bool>>(Expression.Not(match.Body), match.Parameters)));
    }

    private IQueryable<AuditEventRow> OfTenants(IQueryable<AuditEventRow> rows) => _query.Tenants switch
    {
        null => rows,
        [var only] when !IsNarrow => rows.Where(e => e.Tenant == only),
        // Not as a bare column, where another index finds less: SQLite knows no numbers and would take the customer's.
        [var only] => rows.Where(e => e.Tenant + "" == only),
        var several => rows.Where(e => several.Contains(e.Tenant + "")),
    };

    private static Expression<Func<AuditEventRow, bool>> Matches(AuditTerm term)
    {
        var value = term.Value;
        var number = Number(value);
        return term.Field switch
        {
            AuditField.Tenant => e => e.Tenant == value,
            AuditField.Actor => e => e.Actor == value,
            AuditField.Grant => e => e.Grant == value,
            AuditField.Session => e => e.Session == value,
            AuditField.Ticket => e => e.Ticket == value,
            AuditField.Target => e => e.Target == value,
            AuditField.Kind => e => e.Kind.StartsWith(value),
            AuditField.Operation => e => e.Operation == value,
            AuditField.Method => e => e.Method == value,
            AuditField.Path => e => e.Path != null && e.Path.StartsWith(value),
            AuditField.Host => e => e.Host == value,
            AuditField.Status when number is not null => e => e.Status == number,
            AuditField.Outcome => e => e.Outcome == value,
            AuditField.Ip => e => e.Ip == value,
            AuditField.Text => e => (e.Text != null && e.Text.Contains(value)) || (e.Path != null && e.Path.Contains(value)) || e.Kind.Contains(value),
            _ => e => false,
        };
    }

    /// <summary>No intent and no outcome can match: those are nearly all entries, so what is left is little.</summary>
    private static bool IsOfEvents(AuditTerm term) => term.Field switch
    {
        AuditField.Outcome => term.Value == "denied",
        AuditField.Ticket => true,
        AuditField.Kind => !Overlaps(term.Value, "http.intent") && !Overlaps(term.Value, "http.outcome") && !Overlaps(term.Value, "shell."),
        _ => false,
    };

    private static bool Overlaps(string prefix, string kind) => kind.StartsWith(prefix, StringComparison.Ordinal) || prefix.StartsWith(kind, StringComparison.Ordinal);

    private static int? Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
