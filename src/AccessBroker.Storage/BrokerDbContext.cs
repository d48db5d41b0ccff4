using AccessBroker.Access;
using Microsoft.AspNetCore.DataProtection.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;

namespace AccessBroker.Storage;

/// <summary>Everything the broker stores but the log's append path. One subclass per provider carries its migrations.</summary>
public abstract class BrokerDbContext(DbContextOptions options) : DbContext(options), IDataProtectionKeyContext
{
    public DbSet<TenantRow> Tenants => Set<TenantRow>();
    public DbSet<Person> People => Set<Person>();
    public DbSet<RoleAssignment> RoleAssignments => Set<RoleAssignment>();
    public DbSet<AccessRequest> Requests => Set<AccessRequest>();
    public DbSet<Review> Reviews => Set<Review>();
    public DbSet<Grant> Grants => Set<Grant>();
    public DbSet<Session> Sessions => Set<Session>();
    public DbSet<ErasureOrder> Erasures => Set<ErasureOrder>();
    public DbSet<SigningKeyRow> SigningKeys => Set<SigningKeyRow>();
    public DbSet<DataKeyRow> DataKeys => Set<DataKeyRow>();
    public DbSet<BrowserCode> BrowserCodes => Set<BrowserCode>();
    public DbSet<SettingRow> Settings => Set<SettingRow>();
    public DbSet<IdempotencyRow> IdempotencyKeys => Set<IdempotencyRow>();
    public DbSet<DataProtectionKey> DataProtectionKeys => Set<DataProtectionKey>();

    internal DbSet<AuditHeadRow> AuditHead => Set<AuditHeadRow>();
    internal DbSet<AuditTrailRow> AuditTrails => Set<AuditTrailRow>();
    internal DbSet<AuditBundleRow> AuditBundles => Set<AuditBundleRow>();
    internal DbSet<AuditNodeRow> AuditNodes => Set<AuditNodeRow>();
    internal DbSet<AuditCheckpointRow> AuditCheckpoints => Set<AuditCheckpointRow>();
    internal DbSet<AuditCosignatureRow> AuditCosignatures => Set<AuditCosignatureRow>();
    internal DbSet<AuditTileRow> AuditTiles => Set<AuditTileRow>();
    internal DbSet<AuditStreamRow> AuditStreams => Set<AuditStreamRow>();
    internal DbSet<AuditScheduleRow> AuditSchedules => Set<AuditScheduleRow>();
    internal DbSet<AuditEventRow> AuditEvents => Set<AuditEventRow>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(BrokerDbContext).Assembly);
        modelBuilder.UseOpenIddict();
        modelBuilder.Entity<DataProtectionKey>().ToTable("data_protection_key");
    }

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<MicrosecondsConverter>();
}

public sealed class SqliteBrokerDbContext(DbContextOptions<SqliteBrokerDbContext> options) : BrokerDbContext(options);

public sealed class PostgreSqlBrokerDbContext(DbContextOptions<PostgreSqlBrokerDbContext> options) : BrokerDbContext(options);

public sealed class SqlServerBrokerDbContext(DbContextOptions<SqlServerBrokerDbContext> options) : BrokerDbContext(options);
