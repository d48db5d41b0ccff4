using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AccessBroker.Audit;

/// <summary>Registers the log. Storage must be registered too, and this before the rooms whose hosted services append at start.</summary>
public static class AuditRegistration
{
    public static IServiceCollection AddAudit(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<AuditOptions>().Bind(configuration.GetSection("Log")).ValidateOnStart();
        services.AddSingleton<IValidateOptions<AuditOptions>, AuditValidation>();
        services.AddSingleton<NodeIdentity>();
        services.AddSingleton<IRunningNode>(p => p.GetRequiredService<NodeIdentity>());
        services.AddSingleton(p => new BriefNode(
            p.GetRequiredService<IAuditRecords>(), p.GetRequiredService<NodeIdentity>(), p.GetRequiredService<Reaper>(), p.GetRequiredService<IAuditLog>(),
            p.GetRequiredService<ILogKeys>()));
        services.AddSingleton<AuditHealth>();
        services.AddSingleton<IAuditHealth>(p => p.GetRequiredService<AuditHealth>());
        services.AddSingleton<AuditMetrics>();
        services.AddSingleton<Committer>();
        services.AddSingleton<IAuditLog, AuditLog>();
        services.AddSingleton<ITrailReader, TrailReader>();
        services.AddSingleton<Reaper>();
        services.AddSingleton(p => new CheckpointPublisher(
            p.GetRequiredService<Committer>(), p.GetRequiredService<IAuditRecords>(), p.GetRequiredService<ILogKeys>(),
            p.GetRequiredService<RestoreCheck>(), p.GetRequiredService<LogMemory>(), p.GetRequiredService<NodeIdentity>(),
            p.GetRequiredService<AuditHealth>(), p.GetRequiredService<TimeProvider>(), p.GetRequiredService<ILogger<CheckpointPublisher>>()));
        services.AddSingleton<LogMemory>();
        services.AddSingleton<RestoreCheck>();
        services.AddSingleton(p => new RestoreDeclaration(
            p.GetRequiredService<Committer>(), p.GetRequiredService<IAuditLog>(), p.GetRequiredService<IAuditRecords>(), p.GetRequiredService<IRestoreStore>(),
            p.GetRequiredService<ILogKeys>(), p.GetRequiredService<NodeIdentity>(), p.GetRequiredService<LogMemory>(), p.GetRequiredService<TimeProvider>()));
        services.AddSingleton<RestoreProofs>();
        services.AddSingleton<PinnedCheckpoints>();
        services.AddSingleton<ErasureJournal>();
        services.AddSingleton<CheckpointSchedule>();
        services.AddSingleton<PublishedTiles>();
        services.AddSingleton<TrailOwners>();
        services.AddSingleton(p => new SearchRebuild(
            p.GetRequiredService<IAuditRecords>(), p.GetRequiredService<IProjectionStore>(), p.GetRequiredService<IDataKeys>(),
            p.GetRequiredService<TrailOwners>(), p.GetRequiredService<BriefNode>(), p.GetRequiredService<IAuditLog>(), p.GetRequiredService<Committer>(),
            p.GetRequiredService<TimeProvider>()));
        services.AddSingleton<BodyRemover>();
        services.AddSingleton(p => new Eraser(
            p.GetRequiredService<IAuditLog>(), p.GetRequiredService<IAuditRecords>(), p.GetRequiredService<IErasureStore>(), p.GetRequiredService<IDataKeys>(),
            p.GetRequiredService<ILogKeys>(), p.GetRequiredService<BodyRemover>(), p.GetRequiredService<ErasureJournal>(), p.GetRequiredService<TimeProvider>()));
        services.AddSingleton(p => new BundleExporter(
            p.GetRequiredService<IAuditRecords>(), p.GetRequiredService<IDataKeys>(), p.GetRequiredService<ILogKeys>(),
            p.GetRequiredService<CheckpointPublisher>(), p.GetRequiredService<CosignedCheckpoints>(), p.GetRequiredService<RestoreProofs>(), p.GetRequiredService<PinnedCheckpoints>()));
        services.AddSingleton(p => new EntryExporter(
            p.GetRequiredService<IAuditRecords>(), p.GetRequiredService<IDataKeys>(), p.GetRequiredService<ILogKeys>()));
        services.AddSingleton(p => new WholeLogExporter(
            p.GetRequiredService<IAuditRecords>(), p.GetRequiredService<IDataKeys>(), p.GetRequiredService<ILogKeys>(),
            p.GetRequiredService<CheckpointPublisher>(), p.GetRequiredService<CosignedCheckpoints>(), p.GetRequiredService<RestoreProofs>()));
        services.AddHostedService<AuditLogService>();
        services.AddSingleton<Witnesses>();
        services.AddSingleton<IWitnessHealth>(p => p.GetRequiredService<Witnesses>());
        services.AddHostedService(p => p.GetRequiredService<Witnesses>());
        services.AddSingleton<CosignedCheckpoints>();
        services.AddSingleton<Streams>();
        services.AddSingleton<IStreamHealth>(p => p.GetRequiredService<Streams>());
        services.AddHostedService(p => p.GetRequiredService<Streams>());
        services.AddHostedService<Projector>();
        services.AddHostedService<Retention>();
        return services;
    }

    /// <summary>
    /// Erases again, before anything is served, what a restored backup brought back. Call it after what decides at start who still
    /// holds which role: whoever has left must not be kept by a role that only the backup gives them.
    /// </summary>
    public static IServiceCollection AddErasureReplay(this IServiceCollection services) => services.AddHostedService<ErasureReplay>();
}
