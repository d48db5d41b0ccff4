using System.Security.Claims;
using AccessBroker.Access;
using AccessBroker.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace AccessBroker.Grants;

/// <summary>From a signed-in principal to the person behind it, with the roles held at this moment and proved by the log.</summary>
public sealed partial class ActorResolver
{
    private readonly IDbContextFactory<BrokerDbContext> _contexts;
    private readonly PeopleRegister _people;
    private readonly LogProof _proof;
    private readonly ILogger<ActorResolver> _logger;

    internal ActorResolver(IDbContextFactory<BrokerDbContext> contexts, PeopleRegister people, LogProof proof, ILogger<ActorResolver> logger) =>
        (_contexts, _people, _proof, _logger) = (contexts, people, proof, logger);

    /// <returns>Null where the principal names nobody, or somebody who is locked.</returns>
    public async Task<Actor?> ResolveAsync(ClaimsPrincipal principal, CancellationToken cancellationToken)
    {
        if (principal.Identity is not { IsAuthenticated: true } || PersonClaims.Read(principal) is not { } who)
            return null;
        return await ResolveAsync(await _people.EnsureAsync(who, tenant: null, cancellationToken), who.How, cancellationToken);
    }

    internal async Task<Actor?> ResolveAsync(Person person, string signIn, CancellationToken cancellationToken)
    {
        if (person.LockedAt is not null)
            return null;
        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        var assignments = await context.RoleAssignments.AsNoTracking()
            .Where(a => a.PersonId == person.Id && a.RemovedAt == null).ToListAsync(cancellationToken);
        var roles = new List<HeldRole>(assignments.Count);
        foreach (var assignment in assignments)
        {
            if (await _proof.HoldsAsync(assignment, person, cancellationToken))
                roles.Add(new HeldRole(assignment.Role, assignment.Tenant));
            else
                LogNotInLog(assignment.Id, person.Id);
        }
        var view = _people.View(person.Id, person);
        return new Actor(person.Id, view.Name, view.Organisation, [.. roles.Distinct()], signIn);
    }

    [LoggerMessage(3040, LogLevel.Critical, "Role assignment {Assignment} of {Person} does not match the audit log: it is not honoured. Somebody may have changed the database.")]
    private partial void LogNotInLog(Guid assignment, Guid person);
}
