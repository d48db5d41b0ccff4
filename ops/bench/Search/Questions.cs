using AccessBroker.Audit;

namespace Bench.Search;

/// <param name="Kind">As it stands in the results.</param>
/// <param name="Pages">Pages to turn to, one after another: each is a measurement.</param>
internal sealed record Question(string Kind, AuditQuery Query, int Pages = 1);

/// <summary>What people ask, as the pages ask it: 50 to a page and one more.</summary>
internal static class Questions
{
    /// <param name="visits">Grants that there are.</param>
    public static IEnumerable<Question> Of(int visits)
    {
        var all = Enumerable.Range(0, 8).Select(History.Customer).Append("_system").ToArray();
        for (var n = 0; n < 8; n++)
        {
            var customer = History.Customer(n);
            var visit = visits * (n + 1) / 10; // spread over the whole time
            yield return new("newest-of-a-customer", Ask([customer]));
            yield return new("newest-of-all", Ask(all));
            yield return new("actor", Ask(all, new AuditTerm(AuditField.Actor, History.Engineer(n * 5))));
            yield return new("actor-long-gone", Ask(all, new AuditTerm(AuditField.Actor, History.Engineer(49))), Pages: 2);
            yield return new("actor-of-a-customer", Ask([customer], new AuditTerm(AuditField.Actor, History.Engineer(n * 6))));
            yield return new("grant", Ask(all, new AuditTerm(AuditField.Grant, History.Grant(visit))), Pages: 2);
            yield return new("grant-timeline", Ask(all, new AuditTerm(AuditField.Grant, History.Grant(visit))) with { Excluding = [new(AuditField.Kind, "http.outcome"), new AuditTerm(AuditField.Kind, "audit.")] });
            yield return new("session", Ask(all, new AuditTerm(AuditField.Session, History.Session(visit))));
            yield return new("ticket", Ask(all, new AuditTerm(AuditField.Ticket, History.Ticket(visit))));
            yield return new("ticket-absent", Ask(all, new AuditTerm(AuditField.Ticket, "none-such")));
            yield return new("kind", Ask([customer], new AuditTerm(AuditField.Kind, "review.")), Pages: 3);
            yield return new("kind-absent", Ask(all, new AuditTerm(AuditField.Kind, "alert.")));
            yield return new("host", Ask(all, new AuditTerm(AuditField.Host, $"{customer}--helpdesk.localhost")));
            yield return new("path", Ask(all, new AuditTerm(AuditField.Path, $"/orgs/{customer}/invoices/")));
            yield return new("path-rare", Ask([customer], new AuditTerm(AuditField.Path, $"/orgs/{customer}/invoices/4711")));
            yield return new("status-200", Ask(all, new AuditTerm(AuditField.Status, "200")));
            yield return new("status-500", Ask([customer], new AuditTerm(AuditField.Status, "500")), Pages: 2);
            yield return new("ip", Ask([customer], new AuditTerm(AuditField.Ip, History.Ip(n))));
            yield return new("ip-absent", Ask(all, new AuditTerm(AuditField.Ip, "198.51.100.1")));
            yield return new("denied", Ask(all, new AuditTerm(AuditField.Outcome, "denied")), Pages: 2);
            yield return new("denied-of-a-customer", Ask([customer], new AuditTerm(AuditField.Outcome, "denied")));
            yield return new("dates", Ask([customer]) with { From = History.TimeAt(n / 10.0), To = History.TimeAt(n / 10.0 + 0.05) }, Pages: 2);
            yield return new("dates-and-actor", Ask(all, new AuditTerm(AuditField.Actor, History.Engineer(n * 5))) with { From = History.TimeAt(n / 10.0), To = History.TimeAt(n / 10.0 + 0.05) });
            yield return new("text-common", Ask(all, new AuditTerm(AuditField.Text, History.CommonWord)));
            yield return new("text-rare", Ask(all, new AuditTerm(AuditField.Text, History.RareWord)));
            yield return new("text-absent", Ask([customer], new AuditTerm(AuditField.Text, "zebra")));
            yield return new("writes", Ask([customer], new AuditTerm(AuditField.Kind, "http.intent")) with { Excluding = [new(AuditField.Method, "GET"), new(AuditField.Method, "HEAD")] });
            yield return new("deep-pages", Ask([customer]) with { Before = 1 + (long)(n * 90_000) }, Pages: 3);
        }
    }

    private static AuditQuery Ask(IReadOnlyList<string> tenants, params AuditTerm[] terms) => new() { Tenants = tenants, Including = terms, Limit = 51 };
}
