namespace Bench;

/// <summary>The broker's gateway: token, live grant, decision, intent durable before forwarding, outcome after.</summary>
internal sealed class AuditedGateway(string name, Broker broker) : IVariant
{
    public string Name => name;

    public bool Guards => true;

    public async Task<Call> PrepareAsync() =>
        new(broker.Port, [("Host", broker.GatewayHost), ("Authorization", $"Bearer {await broker.RenewTokenAsync()}")]);

    public async Task<long?> CountRecordsAsync() => await broker.CountRequestsAsync();
}
