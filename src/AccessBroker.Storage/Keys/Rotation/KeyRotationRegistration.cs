using AccessBroker.Audit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace AccessBroker.Storage;

/// <summary>Registers what rotates keys, and what takes rotations up.</summary>
internal static class KeyRotationRegistration
{
    public static void AddKeyRotation(this IServiceCollection services)
    {
        services.AddSingleton(p => new CheckpointRotation(
            p.GetRequiredService<LogKeys>(), p.GetRequiredService<IAuditLog>(), p.GetRequiredService<ISecretBox>(),
            p.GetRequiredService<IDbContextFactory<BrokerDbContext>>(), p.GetRequiredService<TimeProvider>()));
        services.AddSingleton(p => new DataKeyRotation(
            p.GetRequiredService<DatabaseKeys>(), p.GetRequiredService<IAuditLog>(), p.GetRequiredService<IDbContextFactory<BrokerDbContext>>(),
            p.GetRequiredService<TimeProvider>()));
        services.AddSingleton<NodeKeys>();
        services.AddSingleton(p => new EncryptionRotation(
            p.GetRequiredService<KeyRing>(), p.GetRequiredService<NodeKeys>(), p.GetRequiredService<BriefNode>(), p.GetRequiredService<IAuditLog>(),
            p.GetRequiredService<IDbContextFactory<BrokerDbContext>>(), p.GetRequiredService<TimeProvider>()));
        services.AddHostedService<KeyUpkeep>();
    }
}
