using AccessBroker.Access;
using AccessBroker.Audit;
using AccessBroker.Grants;
using Microsoft.AspNetCore.Http;

namespace AccessBroker.Gateway;

/// <summary>
/// The way of every request that wants to reach an upstream, top to bottom:
/// <code>
///   client ──► (1) authenticate ──► (2) find session, customer, target ──► (3) live grant ──► (4) decide
///                                                                                              │ deny: record, refuse
///              upstream ◄── (6) inject credential and forward ◄── (5) record intent, durably ◄─┘
///                 └──► response, hashed as it passes ──► (7) record outcome
/// </code>
/// A crash before (5) leaves nothing; between (5) and (7) it leaves an intent, which the reaper closes as unknown.
/// The upstream never sees a byte before (5) has returned.
/// </summary>
internal sealed class GatewayPipeline(
    Authenticator authenticator, ICatalogue catalogue, LiveSessions sessions, Denials denials, IAuditLog log,
    UpstreamForwarder forwarder, PersonNames names, TimeProvider time)
{
    public async Task HandleAsync(HttpContext context, GatewayHost host)
    {
        var arrival = new Arrival(context, host, time);
        try
        {
            // 1 · Authenticate: what does the token or cookie prove, by itself?
            var caller = authenticator.Authenticate(arrival);

            // 2 · Find session, customer, target: the host names customer and target, the proof names the session.
            var target = host.Tenant is null ? null : catalogue.Current.Find(host.Target);
            var live = caller.Session == Guid.Empty || target is null ? null : await sessions.FindAsync(caller.Session, context.RequestAborted);

            // 3 · Live grant: session, grant and scope as they are now, held against the log when they were loaded.
            caller = caller.InSession(live);
            var question = Ask(arrival, caller, target, live);

            // 4 · Decide: a pure function of the question. A body that names resources is part of the question.
            var verdict = AccessDecider.Decide(question);
            var body = verdict.Allowed ? await CapturedBody.CaptureAsync(context, time) : null;
            if (body is not null && BodyReferences.Check(arrival, target!, body) is { } denied)
                verdict = denied;
            if (!verdict.Allowed || body is null)
            {
                await denials.RefuseAsync(arrival, caller, verdict);
                return;
            }

            // 5 · Record intent, durably: when this returns, the entry is on disk.
            var exchange = new Exchange(Randomness.NewId(arrival.Now), arrival, live!, verdict.Operation!, target!, body, time);
            var person = await names.FindAsync(live!.Session.PersonId, context.RequestAborted);
            await log.AppendAsync(Entries.Intent(exchange), CancellationToken.None);

            // 6 · Inject the credential and forward.
            var forwarded = false;
            try
            {
                forwarded = await forwarder.ForwardAsync(exchange, person);
            }
            finally
            {
                // 7 · Record outcome: queued, so the response does not wait; a full queue slows the next request down.
                await RecordOutcomeAsync(exchange, forwarded);
            }
        }
        catch (AuditUnavailableException) when (!context.Response.HasStarted)
        {
            await Problem.AuditUnavailable.WriteAsync(context, context.TraceIdentifier);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client left before anything was recorded or done.
        }
    }

    private static AccessQuestion Ask(Arrival arrival, in Caller caller, TargetDefinition? target, LiveSession? live) => new()
    {
        HostTenant = arrival.Host.Trail,
        HostTarget = arrival.Host.Target,
        OwnOrigin = arrival.Host.Origin,
        Target = target,
        TokenReason = caller.Reason,
        Token = caller.Token ?? default,
        Presentation = caller.Presentation,
        LiveReason = live?.Reason ?? DenyReason.None,
        Session = live?.Session,
        Grant = live?.Grant,
        Scope = live?.Scope,
        Method = arrival.Method,
        RequestTarget = arrival.Target,
        Path = arrival.Path,
        Query = arrival.Query,
        Ambiguity = arrival.Ambiguity,
        Headers = HeadersThatMatter.Of(arrival.Context, target?.Binding),
        Now = arrival.Now,
    };

    private async ValueTask RecordOutcomeAsync(Exchange exchange, bool forwarded)
    {
        var id = Randomness.NewId(time.GetUtcNow());
        var draft = forwarded
            ? Entries.Outcome(exchange, exchange.Arrival.Context.Response.StatusCode, time.GetElapsedTime(exchange.Arrival.Started), id)
            : Entries.NotForwarded(exchange, id);
        var queued = log.EnqueueAsync(draft, CancellationToken.None);
        if (queued.IsCompletedSuccessfully)
            return;

        // The queue is full. The answer goes out first; then this connection waits, and with it its next request.
        // What was cut must not end as if it were complete.
        if (exchange.Cut is null)
            await exchange.Arrival.Context.Response.CompleteAsync();
        await queued;
    }
}
