using AccessBroker.Audit;
using AccessBroker.Evidence;
using AccessBroker.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Bench.Audit;

/// <summary>The broker's log as the server registers it, projection included; several nodes where asked for.</summary>
internal sealed class LogAppender : IAppender
{
    private readonly IHost[] _nodes;
    private readonly IAuditLog[] _logs;

    private LogAppender(string name, IHost[] nodes) =>
        (Name, _nodes, _logs) = (name, nodes, [.. nodes.Select(n => n.Services.GetRequiredService<IAuditLog>())]);

    public string Name { get; }

    /// <summary>Of the first node.</summary>
    public IServiceProvider Services => _nodes[0].Services;

    /// <param name="nodes">On the same database; callers are spread over them.</param>
    public static async Task<LogAppender> StartAsync(string name, string provider, string connectionString, string folder, int nodes)
    {
        var started = new List<IHost>();
        for (var i = 0; i < nodes; i++)
        {
            var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
            builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["Storage:Provider"] = provider, ["Storage:ConnectionString"] = connectionString,
                ["Keys:Folder"] = Path.Combine(folder, "keys"), ["Log:Origin"] = "localhost/bench",
            });
            builder.Logging.SetMinimumLevel(LogLevel.Error).AddConsole().AddFilter("Microsoft.EntityFrameworkCore", LogLevel.None);
            builder.Services.AddSingleton(TimeProvider.System);
            builder.Services.AddStorage(builder.Configuration).AddAudit(builder.Configuration);
            var node = builder.Build();
            await StorageStartup.MigrateAsync(node.Services);
            await node.StartAsync();
            node.Services.GetRequiredService<IAuditLog>().OpenTrail("acme");
            started.Add(node);
        }
        return new LogAppender(name, [.. started]);
    }

    public async ValueTask AppendAsync(int caller) => await _logs[caller % _logs.Length].AppendAsync(Payload.Draft());

    public async Task<long> CountAsync() => (await _nodes[0].Services.GetRequiredService<IAuditRecords>().ReadHeadAsync(default)).Size;

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            await node.StopAsync();
            node.Dispose();
        }
    }
}
