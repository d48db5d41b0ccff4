namespace Bench;

/// <summary>The broker's gateway: token, live grant, decision, intent durable before forwarding, outcome after.</summary>
/// <param name="target">One of targets.yaml.</param>
internal sealed class AuditedGateway(string name, Broker broker, string target) : IVariant
{
    public string Name => name;

    public bool Guards => true;

    public string Log => $"log at {broker.Port}";

    public async Task<Call> PrepareAsync() =>
        new(broker.Port, [("Host", broker.GatewayHost(target)), ("Authorization", $"Bearer {await broker.RenewTokenAsync(target)}")]);

    public async Task<long?> CountRecordsAsync() => await broker.CountRequestsAsync();
}
