using AccessBroker.Audit;

namespace AccessBroker.Web.Search;

/// <summary>Terms → a query of the projection. What people are called is looked up by the caller.</summary>
internal static class SearchCompiler
{
    /// <summary>First labels of entry kinds; an <c>action:</c> that begins otherwise is an operation of a target.</summary>
    private static readonly string[] Kinds = ["http", "shell", "request", "review", "grant", "session", "auth", "admin", "audit", "alert", "log"];

    /// <param name="terms">Parsed terms.</param>
    /// <param name="tenants">Customers whose entries the reader may see.</param>
    /// <param name="findPerson">Name or id → person id, or a sentence that says why not.</param>
    /// <param name="query">Without page and limit.</param>
    public static BadTerm? Compile(
        IReadOnlyList<SearchTerm> terms, IReadOnlyList<string> tenants, Func<string, PersonFound> findPerson, out AuditQuery query)
    {
        query = new AuditQuery { Tenants = tenants };
        var including = new List<AuditTerm>();
        var excluding = new List<AuditTerm>();
        foreach (var term in terms)
        {
            if (term.Field == SearchField.Created)
            {
                if (term.Negated || !DateRange.TryParse(term.Value, out var range))
                    return new BadTerm(term.Source, "A range of dates cannot be left out.", "Write the range to search in, such as created:2026-01-01..2026-03-31.");
                query = query with { From = Later(query.From, Micros(range.From)), To = Earlier(query.To, Micros(range.Until)) };
                continue;
            }
            var value = term.Value;
            if (term.Field == SearchField.Actor)
            {
                var person = findPerson(term.Value);
                if (person.Id is not { } id)
                    return new BadTerm(term.Source, person.Problem, person.Next);
                value = id;
            }
            (term.Negated ? excluding : including).Add(Translate(term.Field, value));
        }
        query = query with { Including = including, Excluding = excluding };
        return null;
    }

    private static AuditTerm Translate(SearchField field, string value) => field switch
    {
        SearchField.Customer => new(AuditField.Tenant, value),
        SearchField.Actor => new(AuditField.Actor, value),
        SearchField.Grant => new(AuditField.Grant, value.ToLowerInvariant()),
        SearchField.Ticket => new(AuditField.Ticket, value),
        SearchField.Action => new(Kinds.Contains(value.Split('.')[0]) ? AuditField.Kind : AuditField.Operation, value),
        SearchField.Method => new(AuditField.Method, value.ToUpperInvariant()),
        SearchField.Path => new(AuditField.Path, value),
        SearchField.Host => new(AuditField.Host, value.ToLowerInvariant()),
        SearchField.Outcome when SearchOutcome.IsStatus(value) => new(AuditField.Status, value),
        SearchField.Outcome => new(AuditField.Outcome, value == "blocked" ? "denied" : value),
        SearchField.Ip => new(AuditField.Ip, value),
        _ => new(AuditField.Text, value),
    };

    private static long? Micros(DateTimeOffset? time) => time is { } t ? (t - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond : null;

    private static long? Later(long? a, long? b) => a is null ? b : b is null ? a : Math.Max(a.Value, b.Value);

    private static long? Earlier(long? a, long? b) => a is null ? b : b is null ? a : Math.Min(a.Value, b.Value);
}
