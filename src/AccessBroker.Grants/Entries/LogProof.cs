using System.Security.Cryptography;
using System.Text.Json;
using AccessBroker.Access;
using AccessBroker.Audit;
using AccessBroker.Evidence;

namespace AccessBroker.Grants;

/// <summary>
/// Whether the log says what a row says. Whoever can write the database but not the log can then grant nothing unseen:
/// a row is honoured only if the entry it names has exactly the body that the row gives, and no entry took it back.
/// </summary>
internal sealed class LogProof(ITrailReader log, Withdrawals withdrawals)
{
    /// <summary>This is what the engineer asked, and nobody answered it or took it back: what an approver was shown is then what they decide on.</summary>
    public async Task<bool> HoldsAsync(AccessRequest request, CancellationToken cancellationToken) =>
        TryParse(request, out var scope)
        && await IsBodyOfAsync(request.EntryIndex, request.EntryId,
            recorded => RequestEntries.CreatedBody(request, scope, Member(recorded, "sign_in"), TraceOf(recorded)), cancellationToken)
        && !await withdrawals.AnyAsync(request.EntryIndex, request.EntryId, cancellationToken);

    /// <summary>The grant was approved like this, and neither revoked nor cancelled.</summary>
    public async Task<bool> HoldsAsync(Grant grant, CancellationToken cancellationToken) =>
        TryParse(grant, out var scope)
        && await IsBodyOfAsync(grant.EntryIndex, grant.EntryId, recorded => GrantEntries.CreatedBody(grant, scope, TraceOf(recorded)), cancellationToken)
        && !await withdrawals.AnyAsync(grant.EntryIndex, grant.EntryId, cancellationToken);

    /// <summary>The session was started like this, under this grant, and not ended.</summary>
    public async Task<bool> HoldsAsync(Session session, Grant grant, CancellationToken cancellationToken) =>
        session.GrantId == grant.Id && session.PersonId == grant.HolderId && session.Tenant == grant.Tenant && session.Target == grant.Target
        && await IsBodyOfAsync(session.EntryIndex, session.EntryId, recorded => SessionEntries.StartedBody(session, grant.ScopeHash, TraceOf(recorded)), cancellationToken)
        && !await withdrawals.AnyAsync(session.EntryIndex, session.EntryId, cancellationToken);

    /// <summary>This person, known to the identity provider by this name, was given the role, and it was not removed.</summary>
    public async Task<bool> HoldsAsync(RoleAssignment assignment, Person person, CancellationToken cancellationToken) =>
        assignment.PersonId == person.Id
        && await IsBodyOfAsync(assignment.EntryIndex, assignment.EntryId, _ => PeopleEntries.AssignedBody(assignment, person), cancellationToken)
        && !await withdrawals.AnyAsync(assignment.EntryIndex, assignment.EntryId, cancellationToken);

    /// <summary>One person proposed exactly this, and another confirmed it.</summary>
    public async Task<bool> HoldsAsync(ErasureOrder order, CancellationToken cancellationToken) =>
        order is { DecidedBy: { } decider, DecidedAt: not null, DecisionIndex: { } index, DecisionId: { } id } && decider != order.ProposedBy
        && await IsBodyOfAsync(order.EntryIndex, order.EntryId, _ => ErasureOrderEntries.ProposedBody(order), cancellationToken)
        && await IsBodyOfAsync(index, id, _ => ErasureOrderEntries.DecidedBody(order, confirmed: true), cancellationToken);

    /// <summary>Nothing took the entry back since; asked again and again while something rests on it.</summary>
    public async Task<bool> StillStandsAsync(Session session, Grant grant, CancellationToken cancellationToken) =>
        !await withdrawals.AnyAsync(grant.EntryIndex, grant.EntryId, cancellationToken)
        && !await withdrawals.AnyAsync(session.EntryIndex, session.EntryId, cancellationToken);

    public static bool TryParse(Grant grant, out ResolvedScope scope) => TryParse(grant.Scope, grant.ScopeHash, grant.Tenant, grant.Target, out scope);

    private static bool TryParse(AccessRequest request, out ResolvedScope scope) =>
        TryParse(request.Scope, request.ScopeHash, request.Tenant, request.Target, out scope);

    private static bool TryParse(string json, string hash, string tenant, string target, out ResolvedScope scope)
    {
        scope = null!;
        try
        {
            scope = Scopes.Parse(json);
            return Scopes.Hash(json) == hash && scope.Tenant == tenant && scope.Target == target;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    /// <param name="expected">The body that the row gives; it may take from the recorded one what no row holds.</param>
    private async Task<bool> IsBodyOfAsync(long index, Guid id, Func<byte[], byte[]> expected, CancellationToken cancellationToken) =>
        await ReadBodyAsync(index, id, cancellationToken) is { } recorded && recorded.AsSpan().SequenceEqual(expected(recorded));

    /// <summary>The body of this very event; null where there is none, or it was changed in the database.</summary>
    private async Task<byte[]?> ReadBodyAsync(long index, Guid id, CancellationToken cancellationToken)
    {
        try
        {
            return index >= 0 && await log.ReadAsync(index, cancellationToken) is { Body: { } body, Header: { Class: EntryClass.Event } header } && header.Id == id
                ? body
                : null;
        }
        catch (Exception e) when (e is InvalidDataException or CryptographicException)
        {
            return null;
        }
    }

    private static string? TraceOf(byte[] body) => Member(body, "trace_id");

    private static string? Member(byte[] body, string name)
    {
        using var json = JsonDocument.Parse(body);
        return json.RootElement.TryGetProperty(name, out var value) ? value.GetString() : null;
    }
}
