using AccessBroker.Server.Tests;
using AccessBroker.Testing;

[assembly: AssemblyFixture(typeof(DemoServer))]

namespace AccessBroker.Server.Tests;

/// <summary>One demo server for every test that does not need one of its own.</summary>
public sealed class DemoServer : IAsyncLifetime
{
    public AccessBrokerFactory Broker { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Broker = await AccessBrokerFactory.StartAsync();

    public ValueTask DisposeAsync() => Broker.DisposeAsync();
}
