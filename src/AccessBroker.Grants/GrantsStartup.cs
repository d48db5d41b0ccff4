using AccessBroker.Storage;
using Microsoft.Extensions.Hosting;

namespace AccessBroker.Grants;

/// <summary>Before the first request: the targets are readable, the token keys are there, configured customers and roles are in the database.</summary>
internal sealed class GrantsStartup(ICatalogue catalogue, ConsentKeys keys, IdentityBootstrap bootstrap, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan ReadKeysEvery = TimeSpan.FromSeconds(30);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        _ = catalogue.Current;
        keys.Load();
        await bootstrap.RunAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    /// <summary>A key that another node made signs tokens that this node must accept.</summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(ReadKeysEvery, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            try
            {
                if (!stoppingToken.IsCancellationRequested)
                    keys.Load();
            }
            catch (Exception e) when (e.IsStorageUnavailable())
            {
                // the keys read before still serve
            }
        }
    }
}
