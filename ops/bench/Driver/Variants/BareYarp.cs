namespace Bench;

/// <summary>YARP at its defaults: no authentication, no decision, no log. What the ratios stand on.</summary>
/// <param name="broker">Whose tokens its requests carry, like everybody's: it passes them on unread.</param>
internal sealed class BareYarp(int port, Broker broker) : IVariant
{
    public const string VariantName = "bare-yarp";

    public string Name => VariantName;

    public bool Guards => false;

    public static Task<Running> StartAsync(BenchOptions options, string folder, int port, int upstream)
    {
        Directory.CreateDirectory(folder);
        return Running.StartAsync("bare YARP", Path.Combine(folder, "log"), port, folder, "dotnet",
            [Path.Combine(options.Root, "ops/bench/BareProxy/bin/Release/net10.0/AccessBroker.Bench.BareProxy.dll"),
                "--urls", $"http://127.0.0.1:{port}", "--upstream", $"http://127.0.0.1:{upstream}"],
            ("ASPNETCORE_ENVIRONMENT", "Production"));
    }

    public async Task<Call> PrepareAsync() => new(port, [("Host", broker.GatewayHost()), ("Authorization", $"Bearer {await broker.RenewTokenAsync()}")]);

    public Task<long?> CountRecordsAsync() => Task.FromResult<long?>(null);
}
