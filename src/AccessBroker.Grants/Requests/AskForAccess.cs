using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using AccessBroker.Access;
using AccessBroker.Audit;
using AccessBroker.Contracts;
using AccessBroker.Evidence;
using AccessBroker.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace AccessBroker.Grants;

/// <summary>An engineer asks a customer for access.</summary>
public sealed class AskForAccess
{
    private readonly RequestRules _rules;
    private readonly RecordedChange _changes;
    private readonly RequestViews _views;
    private readonly BrokerDbContext _context;
    private readonly LifecycleOptions _options;
    private readonly TimeProvider _time;

    internal AskForAccess(
        RequestRules rules, RecordedChange changes, RequestViews views, BrokerDbContext context, IOptions<LifecycleOptions> options, TimeProvider time) =>
        (_rules, _changes, _views, _context, _options, _time) = (rules, changes, views, context, options.Value, time);

    /// <param name="idempotencyKey">At most 100 characters. Asking again with the same key and body answers the first request.</param>
    /// <returns>
    /// The request; 403 <c>not-an-engineer</c>; 422 <c>invalid</c>, <c>mask-not-enforced</c>, <c>limits-not-enforced</c>,
    /// <c>scope-too-large</c>, <c>idempotency-key-reused</c>; 409 <c>already-pending</c>; 429 <c>denied-recently</c>,
    /// <c>too-many-pending</c>; 503 <c>audit-unavailable</c>.
    /// </returns>
    public async Task<Outcome<RequestView>> RunAsync(Actor actor, CreateRequest ask, string? idempotencyKey, CancellationToken cancellationToken)
    {
        var askable = _rules.Check(actor, ask);
        if (!askable.Succeeded)
            return askable.Refusal;
        var bodyHash = Base64Url.EncodeToString(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(ask, ContractsJson.Default.CreateRequest)));
        Outcome<AccessRequest> made;
        try
        {
            made = await _changes.RunAsync<AccessRequest>(
                (context, append, token) => AskAsync(context, append, actor, ask, askable.Value, idempotencyKey, bodyHash, token), cancellationToken);
        }
        catch (BodyTooLargeException)
        {
            return RequestRules.TooLarge;
        }
        return made.Succeeded ? await _views.OneAsync(_context, made.Value, cancellationToken) : made.Refusal;
    }

    private async Task<Outcome<AccessRequest>> AskAsync(
        BrokerDbContext context, RecordedChange.Append append, Actor actor, CreateRequest ask, RequestRules.Askable askable,
        string? key, string bodyHash, CancellationToken cancellationToken)
    {
        if (key is not null && await context.IdempotencyKeys.FindAsync([actor.PersonId, key], cancellationToken) is { } earlier)
            return earlier.BodyHash == bodyHash ? await context.Requests.SingleAsync(r => r.Id == earlier.ResultId, cancellationToken) : KeyReused;

        await LockCustomerAsync(context, askable.Tenant.Id, cancellationToken);
        var now = _time.Now();
        var expired = await ExpireAsync(context, askable.Tenant.Id, now, cancellationToken);
        if (await RefusalAsync(context, actor, askable, now, cancellationToken) is { } refusal)
            return refusal;

        var request = NewRequest(actor, ask, askable, _options, _time);
        context.Requests.Add(request);
        if (key is not null)
            context.IdempotencyKeys.Add(new IdempotencyRow { PersonId = actor.PersonId, Key = key, BodyHash = bodyHash, ResultId = request.Id, CreatedAt = now });
        var entries = await append([.. expired, RequestEntries.Created(actor, request, askable.Scope)]);
        request.EntryIndex = entries[^1].Index;
        return request;
    }

    internal static AccessRequest NewRequest(Actor actor, CreateRequest ask, RequestRules.Askable askable, LifecycleOptions options, TimeProvider time) => new()
    {
        Id = time.NewId(),
        Tenant = askable.Tenant.Id,
        Target = askable.Target.Name,
        RequesterId = actor.PersonId,
        ReasonCode = ask.ReasonCode,
        Reason = askable.Reason,
        Ticket = askable.Ticket,
        Minutes = ask.Minutes,
        Scope = askable.ScopeJson,
        ScopeHash = Scopes.Hash(askable.ScopeJson),
        State = RequestState.Pending,
        CreatedAt = time.Now(),
        ExpiresAt = time.Now() + options.PendingFor,
        Version = 1,
        EntryId = time.NewId(),
        EntryIndex = -1,
    };

    /// <summary>Rewrites the customer's row with itself: requests for one customer then come one after another, so that counting them is exact.</summary>
    private static async Task LockCustomerAsync(BrokerDbContext context, string tenant, CancellationToken cancellationToken)
    {
        var row = await context.Tenants.SingleAsync(t => t.Id == tenant, cancellationToken);
        context.Entry(row).Property(t => t.EntryIndex).IsModified = true; // of this table's columns, the broker's database account may write this one
        await context.SaveChangesAsync(cancellationToken);
    }

    /// <summary>What expired and was not swept yet must not block a new request.</summary>
    private async Task<List<EntryDraft>> ExpireAsync(BrokerDbContext context, string tenant, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var stale = await context.Requests
            .Where(r => r.Tenant == tenant && r.State == RequestState.Pending && r.ExpiresAt <= now).ToListAsync(cancellationToken);
        foreach (var request in stale)
            RequestExpiry.Expire(request);
        await context.SaveChangesAsync(cancellationToken); // before the insert: the index of pending requests is unique
        return [.. stale.Select(r => RequestEntries.Expired(r, _time.NewId()))];
    }

    private async Task<Refusal?> RefusalAsync(
        BrokerDbContext context, Actor actor, RequestRules.Askable askable, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (tenant, target) = (askable.Tenant.Id, askable.Target.Name);
        var same = context.Requests.Where(r => r.RequesterId == actor.PersonId && r.Tenant == tenant && r.Target == target);
        if (await same.FirstOrDefaultAsync(r => r.State == RequestState.Pending, cancellationToken) is { } pending)
            return new Refusal(409, "already-pending", "You have already asked",
                $"Your request {pending.Id} of {Refusals.Clock(pending.CreatedAt)} for {tenant} / {target} still waits for an answer.",
                $"Wait for it, or cancel it and ask again: /api/v1/requests/{pending.Id}");
        var since = now - _options.AfterDenial;
        var denied = await same.Where(r => r.State == RequestState.Denied && r.DecidedAt > since).OrderByDescending(r => r.DecidedAt).FirstOrDefaultAsync(cancellationToken);
        if (denied?.DecidedAt is { } at)
            return new Refusal(429, "denied-recently", "The customer refused a moment ago",
                $"{askable.Tenant.Name} refused your request for {target} at {Refusals.Clock(at)}.",
                $"You can ask again from {(at + _options.AfterDenial).UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture)}.");
        var waiting = await context.Requests.CountAsync(r => r.Tenant == tenant && r.State == RequestState.Pending, cancellationToken);
        return waiting < _options.PendingPerCustomer ? null : new Refusal(429, "too-many-pending", "The customer has enough to decide",
            $"{waiting} requests already wait for {askable.Tenant.Name}.", "Try again when they have been answered.");
    }

    private static Refusal KeyReused { get; } = new(422, "idempotency-key-reused", "This Idempotency-Key was used for something else",
        "A request with the same key but another body was made before.", "Use a new key for each new request.");
}
