using AccessBroker.Access;
using AccessBroker.Audit;

namespace AccessBroker.Grants;

/// <summary>Records that somebody signed in, and makes their row at the first time.</summary>
public sealed class SignInRecorder
{
    private readonly PeopleRegister _people;
    private readonly ActorResolver _actors;
    private readonly IAuditLog _log;
    private readonly TimeProvider _time;

    internal SignInRecorder(PeopleRegister people, ActorResolver actors, IAuditLog log, TimeProvider time) =>
        (_people, _actors, _log, _time) = (people, actors, log, time);

    /// <summary>
    /// Call it when the identity provider's answer was verified, before the cookie is issued. The entry is queued where the
    /// log is down: a customer must be able to sign in and end access just then.
    /// </summary>
    /// <returns>Who they are; 403 <c>locked</c> where they may not come in.</returns>
    public async Task<Outcome<Actor>> RecordAsync(SignedIn who, CancellationToken cancellationToken)
    {
        if (who.Provider.Length > PeopleRegister.MaxLength || who.Subject.Length is 0 or > PeopleRegister.MaxLength)
            return new Refusal(403, "unusable-identity", "This identity cannot be used",
                $"The identity provider's issuer and subject may have {PeopleRegister.MaxLength} characters each.", "Ask the identity provider's administrator.");
        var person = await _people.EnsureAsync(who, tenant: null, cancellationToken);
        if (await _actors.ResolveAsync(person, who.How, cancellationToken) is not { } actor)
            return new Refusal(403, "locked", "You are locked out", "An administrator locked your access.", "Ask an administrator why.");
        var draft = PeopleEntries.SignedIn(person, who.How, who.Provider, who.Ip, _time.NewId());
        try
        {
            await _log.AppendAsync(draft, cancellationToken);
        }
        catch (AuditUnavailableException)
        {
            await _log.EnqueueAsync(draft with { Id = _time.NewId() }, cancellationToken);
        }
        return actor;
    }
}
