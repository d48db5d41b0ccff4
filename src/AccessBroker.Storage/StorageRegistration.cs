using AccessBroker.Audit;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AccessBroker.Storage;

/// <summary>Registers the database, the keys and the log's store for the configured provider.</summary>
public static class StorageRegistration
{
    public static IServiceCollection AddStorage(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<StorageOptions>().Bind(configuration.GetSection("Storage")).ValidateOnStart();
        services.AddSingleton<IValidateOptions<StorageOptions>, StorageValidation>();
        services.AddOptions<KeyOptions>().Bind(configuration.GetSection("Keys")).ValidateOnStart();
        services.AddSingleton<IValidateOptions<KeyOptions>, KeyValidation>();
        var options = configuration.GetSection("Storage").Get<StorageOptions>() ?? new StorageOptions();
        switch (options.Provider)
        {
            case StorageProvider.Sqlite:
                services.AddContext<SqliteBrokerDbContext>(options, (o, connection) => o
                    .UseSqlite(SqliteConnections.Tune(connection)).AddInterceptors(new SqlitePragmas()));
                services.AddSingleton<IAuditStore>(_ => new SqliteAuditStore(options.ConnectionString));
                services.AddHostedService<SqliteCheckpointer>();
                break;
            case StorageProvider.PostgreSql:
                services.AddContext<PostgreSqlBrokerDbContext>(options, (o, connection) => o.UseNpgsql(
                    connection, s => s.CommandTimeout(options.CommandTimeoutSeconds).MaxBatchSize(options.MaxBatchSize ?? 1000)));
                services.AddSingleton<IAuditStore>(_ => new PostgreSqlAuditStore(options.ConnectionString));
                break;
            case StorageProvider.SqlServer:
                services.AddContext<SqlServerBrokerDbContext>(options, (o, connection) => o.UseSqlServer(
                    connection, s => s.CommandTimeout(options.CommandTimeoutSeconds).MaxBatchSize(options.MaxBatchSize ?? 42)));
                services.AddSingleton<IAuditStore>(_ => new SqlServerAuditStore(options.ConnectionString));
                break;
            default:
                throw new InvalidOperationException($"Storage:Provider '{options.Provider}' is none of Sqlite, PostgreSql, SqlServer.");
        }
        services.AddSingleton<KeyRing>();
        services.AddSingleton<ISecretBox>(p => p.GetRequiredService<KeyRing>());
        services.AddSingleton<DatabaseKeys>();
        services.AddSingleton<IDataKeys>(p => p.GetRequiredService<DatabaseKeys>());
        services.AddSingleton<IDeploymentKeys, DeploymentKeys>();
        services.AddSingleton<IPersonProfiles, PersonProfiles>();
        services.AddSingleton<LogKeys>();
        services.AddSingleton<ILogKeys>(p => p.GetRequiredService<LogKeys>());
        services.AddKeyRotation();
        services.AddSingleton<IAuditRecords, AuditRecords>();
        services.AddSingleton<IRestoreStore, RestoreStore>();
        // Beside the key-encryption key, which is not in the database either and is not put back with it.
        services.AddOptions<AuditOptions>().PostConfigure<IOptions<KeyOptions>>((log, keys) => log.Memory ??= Path.Combine(keys.Value.Folder, "log-memory"));
        services.AddSingleton<IStreamStore, StreamStore>();
        services.AddSingleton<IScheduleStore, ScheduleStore>();
        services.AddDataProtection().SetApplicationName("AccessBroker").PersistKeysToDbContext<BrokerDbContext>();
        services.AddOptions<KeyManagementOptions>().PostConfigure<ISecretBox, ILogger<SealedKeyRepository>>((o, box, logger) =>
        {
            o.XmlEncryptor = new SealedXmlEncryptor(box);
            o.XmlRepository = new SealedKeyRepository(o.XmlRepository!, box, logger);
        });
        return services;
    }

    /// <summary>Rooms ask for <see cref="BrokerDbContext"/> and never learn the provider.</summary>
    /// <param name="configure">For a connection string: the broker's own, or that of the account that erases.</param>
    private static void AddContext<TContext>(this IServiceCollection services, StorageOptions options, Action<DbContextOptionsBuilder, string> configure)
        where TContext : BrokerDbContext
    {
        services.AddDbContextFactory<TContext>(o => configure(o, options.ConnectionString));
        services.AddSingleton<IDbContextFactory<BrokerDbContext>, FactoryOf<TContext>>();
        services.AddScoped<BrokerDbContext>(p => p.GetRequiredService<TContext>());
        services.AddSingleton<IErasureStore>(p => new ErasureStore(Eraser(p), p.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IProjectionStore>(p => new ProjectionStore(Eraser(p)));

        IDbContextFactory<BrokerDbContext> Eraser(IServiceProvider provider) => string.IsNullOrEmpty(options.ErasureConnectionString)
            ? provider.GetRequiredService<IDbContextFactory<BrokerDbContext>>()
            : Erasing(provider);

        FactoryOf<TContext> Erasing(IServiceProvider provider)
        {
            var erasing = new DbContextOptionsBuilder<TContext>().UseApplicationServiceProvider(provider);
            configure(erasing, options.ErasureConnectionString!);
            return new FactoryOf<TContext>(new PooledDbContextFactory<TContext>(((DbContextOptionsBuilder<TContext>)erasing).Options));
        }
    }

    private sealed class FactoryOf<TContext>(IDbContextFactory<TContext> inner) : IDbContextFactory<BrokerDbContext>
        where TContext : BrokerDbContext
    {
        public BrokerDbContext CreateDbContext() => inner.CreateDbContext();

        public async Task<BrokerDbContext> CreateDbContextAsync(CancellationToken cancellationToken = default) =>
            await inner.CreateDbContextAsync(cancellationToken);
    }
}
