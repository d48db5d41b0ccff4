using AccessBroker.Access;
using AccessBroker.Contracts;
using AccessBroker.Storage;
using Microsoft.EntityFrameworkCore;

namespace AccessBroker.Grants;

/// <summary>The rows of people: made at the first sign-in or by an assignment, with the name sealed under the person's own key.</summary>
internal sealed class PeopleRegister(IDbContextFactory<BrokerDbContext> contexts, IPersonProfiles profiles, TimeProvider time)
{
    /// <summary>The longest issuer, subject or name that is kept.</summary>
    public const int MaxLength = 200;

    /// <summary>Finds or makes the row.</summary>
    /// <param name="tenant">For a new row: the customer the person belongs to.</param>
    public async Task<Person> EnsureAsync(SignedIn who, string? tenant, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (await FindAsync(context, who, cancellationToken) is { } known)
            return known;
        var id = time.NewId();
        var person = new Person
        {
            Id = id,
            Issuer = who.Provider,
            Subject = who.Subject,
            Tenant = tenant,
            Profile = profiles.Seal(id, Profile(who)),
            CreatedAt = time.Now(),
        };
        context.People.Add(person);
        try
        {
            await context.SaveChangesAsync(cancellationToken);
            return person;
        }
        catch (DbUpdateException e) when (e.IsUniqueViolation())
        {
            context.ChangeTracker.Clear(); // the same first sign-in on another connection
            return await FindAsync(context, who, cancellationToken) ?? throw new InvalidOperationException("A person's row appeared and vanished.", e);
        }
    }

    /// <summary>Screens' names of people, also of those who were erased.</summary>
    public async Task<Func<Guid, PersonView>> NamesAsync(BrokerDbContext context, IEnumerable<Guid> ids, CancellationToken cancellationToken)
    {
        var wanted = ids.Distinct().ToList();
        var people = await context.People.AsNoTracking().Where(p => wanted.Contains(p.Id)).ToDictionaryAsync(p => p.Id, cancellationToken);
        return id => View(id, people.GetValueOrDefault(id));
    }

    public PersonView View(Guid id, Person? person) =>
        person is not null && profiles.Open(person) is { } profile
            ? new PersonView(id, profile.Name, profile.Organisation)
            : new PersonView(id, "(erased person)", "");

    private static Task<Person?> FindAsync(BrokerDbContext context, SignedIn who, CancellationToken cancellationToken) =>
        context.People.AsNoTracking().SingleOrDefaultAsync(p => p.Issuer == who.Provider && p.Subject == who.Subject, cancellationToken);

    private static PersonProfile Profile(SignedIn who) => new(
        Clean(who.Name) is { Length: > 0 } name ? name : Clean(who.Subject), Clean(who.Organisation), who.Email);

    /// <summary>Names are shown to those who decide: what <see cref="PeopleText"/> refuses in a reason may not hide in a name.</summary>
    private static string Clean(string? name)
    {
        var tidy = PeopleText.Tidy(name);
        if (PeopleText.Fault(tidy, "", 0, int.MaxValue, lines: false) is not null)
            tidy = string.Concat(tidy.Where(c => !char.IsSurrogate(c) && PeopleText.Fault(c.ToString(), "", 0, 1, lines: false) is null));
        return tidy.Length <= MaxLength ? tidy : tidy[..MaxLength];
    }
}
