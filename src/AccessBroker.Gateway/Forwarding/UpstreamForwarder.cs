using AccessBroker.Audit;
using AccessBroker.Grants;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Forwarder;

namespace AccessBroker.Gateway;

/// <summary>Carries an exchange whose intent is durable to its upstream and back, recording what passes.</summary>
internal sealed class UpstreamForwarder(
    IHttpForwarder forwarder, UpstreamClient client, UpstreamAssertions assertions, SessionConnections connections, IAuditLog log, TimeProvider time)
{
    /// <summary>Returns when all of the response was handed to the server.</summary>
    /// <param name="person">Display name for the upstream's own records.</param>
    /// <returns>False where the access was cut before anything was forwarded.</returns>
    public async ValueTask<bool> ForwardAsync(Exchange exchange, string person)
    {
        var context = exchange.Arrival.Context;
        var live = exchange.Live;

        // From here on ending the grant or session closes this connection, also if that happened since the decision.
        using var registration = connections.Register(live.Session.Id, live.Grant.Id, reason => exchange.Abort(Endings.Of(reason)), exchange.LastByteAt);
        if (exchange.Cut is not null)
            return false;

        var original = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        var upgrade = context.Features.Get<IHttpUpgradeFeature>();
        context.Features.Set<IHttpResponseBodyFeature>(new RecordedResponse(original, exchange.ToClient));
        if (exchange.Operation.WebSocket && upgrade is not null)
            context.Features.Set<IHttpUpgradeFeature>(new GatedUpgrade(upgrade, stream => Gate(exchange, stream)));

        try
        {
            var assertion = exchange.Target.Assertion
                ? assertions.Sign(exchange.Id, live.Session, live.Grant, person, exchange.Arrival.Method, live.Scope.Upstream, exchange.Arrival.Path!.Normal)
                : null;
            var error = await forwarder.SendAsync(context, live.Scope.Upstream, client.Invoker, client.Config, new UpstreamTransformer(exchange, assertion), CancellationToken.None);
            if (error != ForwarderError.None)
                await ExplainAsync(exchange, error);
            return true;
        }
        finally
        {
            context.Features.Set(original);
            if (upgrade is not null)
                context.Features.Set(upgrade);
        }
    }

    private GatedStream Gate(Exchange exchange, Stream client)
    {
        var gate = new MessageGate(async message =>
            await log.AppendAsync(Entries.Message(exchange, message, exchange.NextMessage(), Guid.CreateVersion7(time.GetUtcNow())), CancellationToken.None));
        return new GatedStream(client, gate, exchange.OpenWebSocket(), exchange.ToClient, exchange.Abort);
    }

    /// <summary>The forwarder sets a status at most; people get the reason.</summary>
    private static async ValueTask ExplainAsync(Exchange exchange, ForwarderError error)
    {
        var context = exchange.Arrival.Context;
        if (Endings.Of(error) is { } cut)
            exchange.NoteCut(cut);
        if (context.Response.HasStarted || context.RequestAborted.IsCancellationRequested)
            return;
        if (error is ForwarderError.RequestBodyClient)
            return; // the client sent a body that ended too soon or was malformed: the status says so
        context.Response.Clear();
        await Problem.Upstream(timedOut: error == ForwarderError.RequestTimedOut).WriteAsync(context, exchange.Id.ToString("D"));
    }
}
