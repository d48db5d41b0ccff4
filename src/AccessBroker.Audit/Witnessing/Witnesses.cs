using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AccessBroker.Audit;

/// <summary>What a probe may know of the witnesses.</summary>
public interface IWitnessHealth
{
    /// <summary>Whether any is configured.</summary>
    bool Any { get; }

    /// <summary>None fails. Says nothing about readiness: the broker works without its witnesses.</summary>
    bool Well { get; }

    /// <summary>For people, without names.</summary>
    string Detail { get; }
}

/// <summary>The configured witnesses, each fed by a task of its own, so that a slow or dead one holds up nobody.</summary>
internal sealed class Witnesses : BackgroundService, IWitnessHealth
{
    private readonly WitnessClient _client = new();
    private readonly CheckpointPublisher _publisher;

    public Witnesses(
        IOptions<AuditOptions> options, CheckpointPublisher publisher, IAuditRecords records, IAuditLog log, AuditMetrics metrics, TimeProvider time,
        ILogger<WitnessFeed> logger)
    {
        _publisher = publisher;
        Configured = ConfiguredWitness.Read(options.Value);
        Feeds = [.. Configured.Select(w => new WitnessFeed(w, _client, publisher, records, log, metrics, time, logger))];
    }

    public IReadOnlyList<ConfiguredWitness> Configured { get; }

    public IReadOnlyList<WitnessFeed> Feeds { get; }

    public bool Any => Feeds.Count > 0;

    public bool Well => Feeds.All(f => f.State is WitnessState.Unknown or WitnessState.Cosigning);

    public string Detail => Feeds.Any(f => f.State == WitnessState.Ahead)
        ? "A witness has seen a longer log than this one, and nothing is signed any more. The server's own log says which."
        : $"{Feeds.Count(f => f.State == WitnessState.Cosigning)} of {Feeds.Count} witnesses cosigned what they were sent last.{(Well ? "" : " The server's own log says why the others did not.")}";

    public override void Dispose()
    {
        _client.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        void Wake()
        {
            foreach (var feed in Feeds)
                feed.Wake();
        }
        _publisher.Published += Wake;
        try
        {
            await Task.WhenAll(Feeds.Select(feed => feed.RunAsync(stoppingToken)));
        }
        finally
        {
            _publisher.Published -= Wake;
        }
    }
}
