using AccessBroker.Server.Tests;
using AccessBroker.Testing;

[assembly: AssemblyFixture(typeof(DemoServer))]

// Several tests start a server of their own and measure how soon it reacts: side by side they would measure each other.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]

namespace AccessBroker.Server.Tests;

/// <summary>One demo server for every test that does not need one of its own.</summary>
public sealed class DemoServer : IAsyncLifetime
{
    public AccessBrokerFactory Broker { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Broker = await AccessBrokerFactory.StartAsync();

    public ValueTask DisposeAsync() => Broker.DisposeAsync();
}
