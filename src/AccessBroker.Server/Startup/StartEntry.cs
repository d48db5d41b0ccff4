using AccessBroker.Access;
using AccessBroker.Audit;
using AccessBroker.Evidence;
using AccessBroker.Grants;
using AccessBroker.Issuer;

namespace AccessBroker.Server;

/// <summary>
/// Says in the log that this program started with these settings. Queued, not awaited: a server whose log is down must come up,
/// be not ready, and go on by itself.
/// </summary>
internal sealed class StartEntry(IAuditLog log, IConfiguration configuration, ICatalogue targets, TimeProvider time) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var body = new BodyWriter()
            .Add("kind", "admin.started").Add("actor", Names.System).Add("tenant", Names.System)
            .Add("program", ProgramIdentity.HashOfProgram()).Add("version", ProgramIdentity.Version)
            .Add("configuration", ProgramIdentity.HashOfConfiguration(configuration, targets.Current))
            .Add("rooms", Rooms.From(configuration).ToString()).Add("demo", DemoMode.IsEnabled(configuration));
        await log.EnqueueAsync(new EntryDraft(EntryClass.Event, Names.System, Guid.CreateVersion7(time.GetUtcNow()), Guid.Empty, body.ToBytes()), stoppingToken);
    }
}
