using AccessBroker.Access;
using AccessBroker.Contracts;
using AccessBroker.Storage;
using AccessBroker.Web.Search;
using Microsoft.EntityFrameworkCore;

namespace AccessBroker.Web.Trails;

/// <summary>Names for the opaque ids of the log, and ids for names in a search.</summary>
internal sealed class PeopleDirectory(BrokerDbContext context, IPersonProfiles profiles)
{
    /// <summary>Person id → name and organisation; <c>_system</c> and strangers are named too.</summary>
    public async Task<Func<string?, PersonView?>> NamesAsync(IEnumerable<string?> ids, CancellationToken cancellationToken)
    {
        var wanted = ids.Select(id => Guid.TryParse(id, out var guid) ? guid : (Guid?)null).OfType<Guid>().Distinct().ToList();
        var people = await context.People.AsNoTracking().Where(p => wanted.Contains(p.Id)).ToListAsync(cancellationToken);
        var names = people.ToDictionary(p => p.Id, View);
        return id => id is null ? null
            : Guid.TryParse(id, out var guid) ? names.GetValueOrDefault(guid) ?? new PersonView(guid, "(unknown person)", "")
            : new PersonView(Guid.Empty, "The broker", "");
    }

    /// <summary>
    /// Who a searcher means: an id, a sign-in name, or the beginning of a name. Only the vendor's people and those of customers
    /// whose trail the searcher may read can be found, so that a search cannot be used to list another customer's people.
    /// </summary>
    public async Task<Func<string, PersonFound>> FinderAsync(Actor searcher, bool needed, CancellationToken cancellationToken)
    {
        if (!needed)
            return _ => default;
        var people = await context.People.AsNoTracking().ToListAsync(cancellationToken);
        var visible = people.Where(p => p.Tenant is null || searcher.MayAudit(p.Tenant)).Select(p => (Person: p, View: View(p))).ToList();
        return text => Find(visible, text);
    }

    private static PersonFound Find(List<(Person Person, PersonView View)> people, string text)
    {
        if (text == Names.System)
            return PersonFound.Is(Names.System);
        if (Guid.TryParseExact(text, "D", out var id))
            return PersonFound.Is(id.ToString("D"));
        var found = people.Where(p => p.Person.Subject.Equals(text, StringComparison.OrdinalIgnoreCase) || p.View.Name.Equals(text, StringComparison.OrdinalIgnoreCase)).ToList();
        if (found.Count == 0)
            found = [.. people.Where(p => p.View.Name.StartsWith(text, StringComparison.OrdinalIgnoreCase))];
        return found.Count switch
        {
            1 => PersonFound.Is(found[0].Person.Id.ToString("D")),
            0 => new(null, $"Nobody here is called '{text}'.", "Write how the name begins, a sign-in name, or the person's id."),
            _ => new(null, $"More than one person is called '{text}': {string.Join(", ", found.Take(5).Select(p => p.View.Name))}.", "Write more of the name, in quotes, or the person's id."),
        };
    }

    private PersonView View(Person person) => profiles.Open(person) is { } profile
        ? new PersonView(person.Id, profile.Name, profile.Organisation)
        : new PersonView(person.Id, "(erased person)", "");
}
