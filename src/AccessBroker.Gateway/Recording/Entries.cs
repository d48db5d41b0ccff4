using AccessBroker.Access;
using AccessBroker.Audit;
using AccessBroker.Evidence;
using AccessBroker.Grants;

namespace AccessBroker.Gateway;

/// <summary>The bodies of <c>http.*</c> entries.</summary>
internal static class Entries
{
    /// <summary>Before the upstream sees a byte.</summary>
    public static EntryDraft Intent(Exchange exchange)
    {
        var arrival = exchange.Arrival;
        var path = arrival.Path!;
        var body = About(exchange, "http.intent")
            .Add("method", arrival.Method)
            .Add("host", arrival.Host.Name)
            .Add("path", path.Normal)
            .Add("raw_path", ReferenceEquals(path.Raw, path.Normal) || path.Raw == path.Normal ? null : path.Raw)
            .Add("query", arrival.Query!.WithoutValuesOf(exchange.Operation.SecretQuery))
            .Add("operation", exchange.Operation.Name)
            .Add("ip", arrival.Ip)
            .AddOrNull("user_agent", arrival.UserAgent);
        if (exchange.Body.Hash is { } hash)
            body.Add("request_bytes", exchange.Body.Bytes.Length).Add("request_sha256", hash);
        else
            body.AddNull("request_bytes").AddNull("request_sha256");
        return new EntryDraft(EntryClass.Intent, exchange.Live.Grant.Tenant, exchange.Id, Guid.Empty, body.ToBytes());
    }

    /// <summary>When it is over.</summary>
    /// <param name="status">As sent to the client.</param>
    public static EntryDraft Outcome(Exchange exchange, int status, TimeSpan took, Guid id)
    {
        var body = About(exchange, "http.outcome")
            .Add("operation", exchange.Operation.Name)
            .Add("status", status)
            .Add("bytes", exchange.ToClient.Bytes)
            .Add("sha256", exchange.ToClient.Finish())
            .Add("ms", (long)took.TotalMilliseconds)
            .Add("masked", 0)
            .AddOrNull("cut", exchange.Cut);
        if (exchange.FromClient is { } passed)
            body.Add("request_bytes", passed.Bytes).Add("request_sha256", passed.Finish());
        if (exchange.Messages > 0)
            body.Add("messages", exchange.Messages);
        return new EntryDraft(EntryClass.Outcome, exchange.Live.Grant.Tenant, id, exchange.Id, body.ToBytes());
    }

    /// <summary>The access ended between intent and forwarding: the upstream was never called.</summary>
    public static EntryDraft NotForwarded(Exchange exchange, Guid id) => new(
        EntryClass.Outcome, exchange.Live.Grant.Tenant, id, exchange.Id,
        About(exchange, "http.outcome").Add("operation", exchange.Operation.Name).Add("result", "not_forwarded").Add("cut", exchange.Cut).ToBytes());

    /// <summary>One WebSocket message of the client, before it goes on.</summary>
    public static EntryDraft Message(Exchange exchange, ClientMessage message, long number, Guid id) => new(
        EntryClass.Event, exchange.Live.Grant.Tenant, id, exchange.Id,
        About(exchange, "http.message")
            .Add("operation", exchange.Operation.Name)
            .Add("number", number)
            .Add("opcode", message.Kind)
            .Add("bytes", message.Bytes)
            .Add("sha256", message.Sha256)
            .ToBytes());

    /// <summary>A refusal. The values of query parameters are left out: nobody declared which of them are secret.</summary>
    public static EntryDraft Denied(Arrival arrival, Caller caller, Verdict verdict, int status, Guid id)
    {
        var host = arrival.Host;
        var token = caller.Token;
        var body = new BodyWriter()
            .Add("kind", "http.denied")
            .Add("actor", token is { } known ? Text(known.Person) : Names.System)
            .Add("tenant", host.Trail)
            .Add("grant", token is { } g ? Text(g.Grant) : null)
            .Add("session", token is { } s ? Text(s.Session) : null)
            .Add("target", host.Target.Length == 0 ? null : host.Target)
            .Add("scope_hash", token?.ScopeHash)
            .Add("method", arrival.Method.Length <= 20 ? arrival.Method : arrival.Method[..20])
            .Add("host", host.Name)
            .Add("path", arrival.RawPath)
            .Add("query", arrival.Query is { Names: { Count: > 0 } names } query ? query.WithoutValuesOf(names) : null)
            .Add("operation", verdict.Operation?.Name)
            .Add("ip", arrival.Ip)
            .Add("user_agent", arrival.UserAgent)
            .Add("reason", verdict.Reason.Code())
            .Add("status", status)
            .Add("trace_id", Arrival.TraceId);
        return new EntryDraft(EntryClass.Event, host.Trail, id, Guid.Empty, body.ToBytes());
    }

    /// <summary>The unauthenticated refusals of one address and minute beyond those recorded one by one.</summary>
    public static EntryDraft DeniedMore(string trail, string ip, long count, DateTimeOffset from, DateTimeOffset to, Guid id) => new(
        EntryClass.Event, trail, id, Guid.Empty,
        new BodyWriter()
            .Add("kind", "http.denied")
            .Add("actor", Names.System)
            .Add("tenant", trail)
            .Add("ip", ip)
            .Add("reason", "unauthenticated")
            .Add("count", count)
            .Add("from", Micros(from))
            .Add("to", Micros(to))
            .ToBytes());

    private static BodyWriter About(Exchange exchange, string kind)
    {
        var live = exchange.Live;
        return new BodyWriter()
            .Add("kind", kind)
            .Add("actor", Text(live.Session.PersonId))
            .Add("tenant", live.Grant.Tenant)
            .Add("grant", Text(live.Grant.Id))
            .Add("session", Text(live.Session.Id))
            .Add("target", live.Grant.Target)
            .Add("scope_hash", live.Grant.ScopeHash)
            .Add("trace_id", Arrival.TraceId);
    }

    private static long Micros(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    private static string Text(Guid id) => id.ToString("D");
}
