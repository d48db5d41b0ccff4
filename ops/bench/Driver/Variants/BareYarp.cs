namespace Bench;

/// <summary>YARP at its defaults: no authentication, no decision, no log. What the ratios stand on.</summary>
internal sealed class BareYarp(int port) : IVariant
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

    public Task<Call> PrepareAsync() => Task.FromResult(new Call(port, []));

    public Task<long?> CountRecordsAsync() => Task.FromResult<long?>(null);
}
