using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace AccessBroker.Storage;

/// <summary>Brings the database to this program's schema, and refuses one whose commits are not durable.</summary>
public static class StorageStartup
{
    public static async Task MigrateAsync(IServiceProvider services, CancellationToken cancellationToken = default)
    {
        await using var context = await services.GetRequiredService<IDbContextFactory<BrokerDbContext>>().CreateDbContextAsync(cancellationToken);
        await context.Database.MigrateAsync(cancellationToken);
        await services.GetRequiredService<Audit.IAuditStore>().RequireDurabilityAsync(cancellationToken);
    }
}
