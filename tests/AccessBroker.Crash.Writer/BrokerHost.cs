using AccessBroker.Audit;
using AccessBroker.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AccessBroker.Crash.Writer;

/// <summary>The rooms Storage and Audit as the server registers them, with nothing in front of them.</summary>
public static class BrokerHost
{
    public static readonly string[] Tenants = ["acme", "globex", "initech"];

    public static async Task<IHost> StartAsync(params string[] settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddCommandLine(settings);
        // To standard error: standard output is for what was acknowledged.
        builder.Logging.SetMinimumLevel(LogLevel.Error).AddConsole(o => o.LogToStandardErrorThreshold = LogLevel.Trace).AddFilter("Microsoft", LogLevel.None);
        builder.Services.AddSingleton(TimeProvider.System).AddSingleton<IConfiguration>(builder.Configuration);
        builder.Services.AddStorage(builder.Configuration).AddAudit(builder.Configuration);
        var host = builder.Build();
        await StorageStartup.MigrateAsync(host.Services);
        await host.StartAsync();
        foreach (var tenant in Tenants)
            host.Services.GetRequiredService<IAuditLog>().OpenTrail(tenant);
        return host;
    }
}
