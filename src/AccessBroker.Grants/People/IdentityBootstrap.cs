using AccessBroker.Access;
using AccessBroker.Audit;
using AccessBroker.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AccessBroker.Grants;

/// <summary>
/// Brings configured customers and roles into the database, and takes back roles that the configuration no longer names, each with
/// its log entry. Running it again changes nothing. Nobody waits for an answer at a start, so it may take longer than a person's change:
/// a projection that is far behind keeps SQLite busy.
/// </summary>
internal sealed partial class IdentityBootstrap(
    IDbContextFactory<BrokerDbContext> contexts, RecordedChange changes, PeopleRegister people, IAuditLog log, TenantList tenants,
    IOptions<IdentityOptions> options, TimeProvider time, ILogger<IdentityBootstrap> logger)
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        foreach (var tenant in tenants.All)
        {
            log.OpenTrail(tenant.Id);
            await EnsureTenantAsync(tenant, cancellationToken);
        }
        var named = new HashSet<(Guid Person, Role Role, string? Tenant)>();
        foreach (var assignment in options.Value.Assignments)
            named.Add(await EnsureRoleAsync(assignment, cancellationToken));
        await WithdrawRolesAsync(named, cancellationToken);
    }

    private async Task EnsureTenantAsync(TenantOptions tenant, CancellationToken cancellationToken)
    {
        await using (var context = await contexts.CreateDbContextAsync(cancellationToken))
        {
            if (await context.Tenants.AnyAsync(t => t.Id == tenant.Id, cancellationToken))
                return;
        }
        Require(await changes.RunPatientlyAsync<TenantRow>(async (context, append, token) =>
        {
            if (await context.Tenants.FindAsync([tenant.Id], token) is { } there)
                return there;
            var row = new TenantRow { Id = tenant.Id, Name = tenant.Name, CreatedAt = time.Now(), EntryId = time.NewId(), EntryIndex = -1 };
            context.Tenants.Add(row);
            row.EntryIndex = (await append(PeopleEntries.TenantCreated(row.Id, row.Name, row.EntryId)))[0].Index;
            return row;
        }, cancellationToken));
    }

    private async Task<(Guid Person, Role Role, string? Tenant)> EnsureRoleAsync(AssignmentOptions assignment, CancellationToken cancellationToken)
    {
        var role = Enum.Parse<Role>(assignment.Role); // validated at start
        var who = new SignedIn(assignment.Provider, assignment.Subject, assignment.Name, assignment.Organisation, Email: null, How: "configuration");
        var person = await people.EnsureAsync(who, assignment.Tenant, cancellationToken);
        await using (var context = await contexts.CreateDbContextAsync(cancellationToken))
        {
            if (await HasRoleAsync(context, person, role, assignment.Tenant, cancellationToken))
                return (person.Id, role, assignment.Tenant);
        }
        Require(await changes.RunPatientlyAsync<RoleAssignment>(async (context, append, token) =>
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
        return (person.Id, role, assignment.Tenant);
    }

    /// <summary>Whoever is taken out of the configuration may do nothing any more, from this start on.</summary>
    /// <remarks>A node that has no list at all has nothing to say about roles.</remarks>
    private async Task WithdrawRolesAsync(HashSet<(Guid Person, Role Role, string? Tenant)> named, CancellationToken cancellationToken)
    {
        if (named.Count == 0)
            return;
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var held = await context.RoleAssignments.AsNoTracking().Where(a => a.RemovedAt == null).ToListAsync(cancellationToken);
        foreach (var assignment in held.Where(a => !named.Contains((a.PersonId, a.Role, a.Tenant))))
            await WithdrawAsync(assignment.Id, cancellationToken);
    }

    /// <summary>With the role of an engineer their sessions end too; no other can be started, and what they asked for cannot be approved.</summary>
    private async Task WithdrawAsync(Guid id, CancellationToken cancellationToken)
    {
        var first = false;
        var withdrawn = await changes.RunPatientlyAsync<RoleAssignment>(async (context, append, token) =>
        {
            var assignment = await context.RoleAssignments.SingleAsync(a => a.Id == id, token);
            first = assignment.RemovedAt is null;
            if (!first)
                return assignment; // another node that starts at the same time, perhaps since the last attempt
            var now = time.Now();
            assignment.RemovedAt = now;
            IReadOnlyList<EntryDraft> ended = assignment.Role == Role.Engineer ? await SessionEnding.EndAllOfAsync(context, assignment.PersonId, now, time, token) : [];
            await append([PeopleEntries.Removed(assignment, time.NewId(), now), .. ended]);
            return assignment;
        }, cancellationToken);
        Require(withdrawn);
        if (first)
            Withdrawn(logger, withdrawn.Value!.Role, withdrawn.Value.PersonId, withdrawn.Value.Tenant ?? Names.System);
    }

    private static Task<bool> HasRoleAsync(BrokerDbContext context, Person person, Role role, string? tenant, CancellationToken cancellationToken) =>
        context.RoleAssignments.AnyAsync(a => a.PersonId == person.Id && a.Role == role && a.Tenant == tenant && a.RemovedAt == null, cancellationToken);

    private static void Require<T>(Outcome<T> outcome)
        where T : class
    {
        if (!outcome.Succeeded)
            throw new InvalidOperationException($"Customers and roles could not be brought into the database: {outcome.Refusal.Detail}");
    }

    [LoggerMessage(3041, LogLevel.Warning, "{Person} is {Role} of {Tenant} no longer: Identity:Assignments does not say so any more")]
    private static partial void Withdrawn(ILogger logger, Role role, Guid person, string tenant);
}
