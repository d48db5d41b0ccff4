using AccessBroker.Access;
using AccessBroker.Audit;
using AccessBroker.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace AccessBroker.Grants;

/// <summary>Brings configured customers and roles into the database, each with its log entry. Running it again changes nothing.</summary>
internal sealed class IdentityBootstrap(
    IDbContextFactory<BrokerDbContext> contexts, RecordedChange changes, PeopleRegister people, IAuditLog log, TenantList tenants,
    IOptions<IdentityOptions> options, TimeProvider time)
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        foreach (var tenant in tenants.All)
        {
            log.OpenTrail(tenant.Id);
            await EnsureTenantAsync(tenant, cancellationToken);
        }
        foreach (var assignment in options.Value.Assignments)
            await EnsureRoleAsync(assignment, cancellationToken);
    }

    private async Task EnsureTenantAsync(TenantOptions tenant, CancellationToken cancellationToken)
    {
        await using (var context = await contexts.CreateDbContextAsync(cancellationToken))
        {
            if (await context.Tenants.AnyAsync(t => t.Id == tenant.Id, cancellationToken))
                return;
        }
        Require(await changes.RunAsync<TenantRow>(async (context, append, token) =>
        {
            if (await context.Tenants.FindAsync([tenant.Id], token) is { } there)
                return there;
            var row = new TenantRow { Id = tenant.Id, Name = tenant.Name, CreatedAt = time.Now(), EntryId = time.NewId(), EntryIndex = -1 };
            context.Tenants.Add(row);
            row.EntryIndex = (await append(PeopleEntries.TenantCreated(row.Id, row.Name, row.EntryId)))[0].Index;
            return row;
        }, cancellationToken));
    }

    private async Task EnsureRoleAsync(AssignmentOptions assignment, CancellationToken cancellationToken)
    {
        var role = Enum.Parse<Role>(assignment.Role); // validated at start
        var who = new SignedIn(assignment.Provider, assignment.Subject, assignment.Name, assignment.Organisation, Email: null, How: "configuration");
        var person = await people.EnsureAsync(who, assignment.Tenant, cancellationToken);
        await using (var context = await contexts.CreateDbContextAsync(cancellationToken))
        {
            if (await HasRoleAsync(context, person, role, assignment.Tenant, cancellationToken))
                return;
        }
        Require(await changes.RunAsync<RoleAssignment>(async (context, append, token) =>
        {
            var row = new RoleAssignment
            {
                Id = time.NewId(), PersonId = person.Id, Role = role, Tenant = assignment.Tenant, AssignedAt = time.Now(),
                EntryId = time.NewId(), EntryIndex = -1,
            };
            context.RoleAssignments.Add(row);
            row.EntryIndex = (await append(PeopleEntries.Assigned(row, person)))[0].Index;
            return row;
        }, cancellationToken));
    }

    private static Task<bool> HasRoleAsync(BrokerDbContext context, Person person, Role role, string? tenant, CancellationToken cancellationToken) =>
        context.RoleAssignments.AnyAsync(a => a.PersonId == person.Id && a.Role == role && a.Tenant == tenant && a.RemovedAt == null, cancellationToken);

    private static void Require<T>(Outcome<T> outcome)
        where T : class
    {
        if (!outcome.Succeeded)
            throw new InvalidOperationException($"Customers and roles could not be brought into the database: {outcome.Refusal.Detail}");
    }
}
