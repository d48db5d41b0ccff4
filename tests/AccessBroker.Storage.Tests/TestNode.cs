using AccessBroker.Audit;
using AccessBroker.Evidence;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AccessBroker.Storage.Tests;

/// <summary>One broker node without its doors: storage and log as the server registers them.</summary>
public sealed class TestNode : IAsyncDisposable
{
    private readonly IHost _host;

    private readonly bool _runs;

    private TestNode(IHost host, bool runs) => (_host, _runs) = (host, runs);

    public IServiceProvider Services => _host.Services;

    public IAuditLog Log => Get<IAuditLog>();

    public T Get<T>() where T : notnull => _host.Services.GetRequiredService<T>();

    public static Task<TestNode> StartAsync(TestDatabase database, params (string Key, string Value)[] settings) => StartAsync(database, TimeProvider.System, settings);

    public static async Task<TestNode> StartAsync(TestDatabase database, TimeProvider time, params (string Key, string Value)[] settings)
    {
        var host = await BuildAsync(database, time, settings);
        try
        {
            await host.StartAsync();
        }
        catch
        {
            host.Dispose();
            throw;
        }
        foreach (var tenant in (string[])["acme", "globex", "initech"])
            host.Services.GetRequiredService<IAuditLog>().OpenTrail(tenant);
        return new TestNode(host, runs: true);
    }

    /// <summary>The node's services, nothing of it started.</summary>
    public static async Task<IHost> BuildAsync(TestDatabase database, TimeProvider time, params (string Key, string Value)[] settings)
    {
        var host = Build(database, time, settings);
        await StorageStartup.MigrateAsync(host.Services);
        return host;
    }

    /// <summary>What a verb of the server program is: the same services, and nothing runs. As the account that owns the tables.</summary>
    public static TestNode AsVerb(TestDatabase database, params (string Key, string Value)[] settings) =>
        new(Build(database, TimeProvider.System, [("Storage:ConnectionString", database.ConnectAsOwner().ConnectionString), .. settings]), runs: false);

    private static IHost Build(TestDatabase database, TimeProvider time, (string Key, string Value)[] settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Storage:Provider"] = database.Provider.ToString(),
            ["Storage:ConnectionString"] = database.ConnectionString,
            ["Storage:ErasureConnectionString"] = database.ErasureConnectionString,
            ["Keys:Folder"] = Path.Combine(database.Folder, "keys"),
            ["Log:Origin"] = "test.example/log",
        });
        builder.Configuration.AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value)));
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddConsole().AddFilter("Microsoft.EntityFrameworkCore", LogLevel.None);
        builder.Services.AddSingleton(time);
        builder.Services.AddSingleton<ReapWitness>().AddSingleton<IBootReaped>(p => p.GetRequiredService<ReapWitness>());
        builder.Services.AddStorage(builder.Configuration).AddAudit(builder.Configuration).AddErasureReplay();
        return builder.Build();
    }

    public static EntryDraft Event(string tenant, string kind = "test.event", string? reason = null) => Draft(EntryClass.Event, tenant, kind, reason);

    public static EntryDraft Intent(string tenant) => Draft(EntryClass.Intent, tenant, "http.intent", null);

    public static EntryDraft Outcome(string tenant, Guid intent) => new(
        EntryClass.Outcome, tenant, Guid.CreateVersion7(TimeProvider.System.GetUtcNow()), intent,
        new BodyWriter().Add("kind", "http.outcome").Add("actor", "00000000-0000-7000-8000-000000000001").Add("tenant", tenant).Add("status", 200).ToBytes());

    private static EntryDraft Draft(EntryClass entryClass, string tenant, string kind, string? reason) => new(
        entryClass, tenant, Guid.CreateVersion7(TimeProvider.System.GetUtcNow()), Guid.Empty,
        new BodyWriter().Add("kind", kind).Add("actor", "00000000-0000-7000-8000-000000000001").Add("tenant", tenant).Add("reason", reason).ToBytes());

    public async Task StopAsync() => await _host.StopAsync();

    public async ValueTask DisposeAsync()
    {
        if (_runs)
            await _host.StopAsync();
        _host.Dispose();
    }
}

/// <summary>How often the node was told that it had been declared dead.</summary>
internal sealed class ReapWitness : IBootReaped
{
    public int Times { get; private set; }

    public void BootReaped() => Times++;
}
