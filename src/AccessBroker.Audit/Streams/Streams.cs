using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AccessBroker.Audit;

/// <summary>What a probe may know of the streams.</summary>
public interface IStreamHealth
{
    /// <summary>Whether any is configured.</summary>
    bool Any { get; }

    /// <summary>Every receiver that this node feeds takes what it is sent. Says nothing about readiness.</summary>
    bool Well { get; }

    /// <summary>For people, without names.</summary>
    string Detail { get; }
}

/// <summary>The configured streams, each fed by a task of its own, so that a slow or dead receiver holds up nobody.</summary>
internal sealed class Streams : BackgroundService, IStreamHealth
{
    private readonly StreamClient _client;
    private readonly IReadOnlyList<StreamFeed> _feeds;

    public Streams(
        IOptions<AuditOptions> options, IStreamStore store, IAuditRecords records, IAuditLog log, IErasureStore customers, IDataKeys keys, TrailOwners owners,
        AuditMetrics metrics, TimeProvider time, ILogger<StreamFeed> logger)
    {
        _client = new StreamClient(time);
        _feeds = [.. ConfiguredStream.Read(options.Value).Select(s => new StreamFeed(
            s, _client, store, records, log, customers, new BatchReader(s, records, keys, owners), options.Value.Origin, metrics, time, logger))];
        if (Any)
            metrics.ObserveStreams(() => _feeds.Select(f => (f.Name, f.Behind)), () => _feeds.Select(f => (f.Name, f.SecondsBehind)));
    }

    public bool Any => _feeds.Count > 0;

    public bool Well => _feeds.All(f => f.Well);

    public string Detail
    {
        get
        {
            List<string> troubles = [.. _feeds.Select(f => f.Trouble).OfType<string>()];
            return troubles.Count == 0
                ? $"{_feeds.Count} streams are fed or wait at another node."
                : $"{troubles.Count} of {_feeds.Count} streams are not taken by their receivers. A receiver {string.Join(" A receiver ", troubles.Distinct())} The server's own log says which.";
        }
    }

    public override void Dispose()
    {
        _client.Dispose();
        base.Dispose();
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(_feeds.Select(f => f.RunAsync(stoppingToken)));
}
