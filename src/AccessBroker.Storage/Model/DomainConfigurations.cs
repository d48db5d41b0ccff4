using AccessBroker.Access;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace AccessBroker.Storage;

internal sealed class TenantConfiguration : IEntityTypeConfiguration<TenantRow>
{
    public void Configure(EntityTypeBuilder<TenantRow> builder)
    {
        builder.ToTable("tenant");
        builder.Property(t => t.Id).HasMaxLength(30);
        builder.Property(t => t.Name).HasMaxLength(200);
    }
}

internal sealed class PersonConfiguration : IEntityTypeConfiguration<Person>
{
    public void Configure(EntityTypeBuilder<Person> builder)
    {
        builder.ToTable("person");
        builder.Property(p => p.Id).ValueGeneratedNever();
        builder.Property(p => p.Issuer).HasMaxLength(200);
        builder.Property(p => p.Subject).HasMaxLength(200);
        builder.Property(p => p.Tenant).HasMaxLength(30);
        builder.HasIndex(p => new { p.Issuer, p.Subject }).IsUnique();
    }
}

internal sealed class RoleAssignmentConfiguration : IEntityTypeConfiguration<RoleAssignment>
{
    public void Configure(EntityTypeBuilder<RoleAssignment> builder)
    {
        builder.ToTable("role_assignment");
        builder.Property(a => a.Id).ValueGeneratedNever();
        builder.Property(a => a.Tenant).HasMaxLength(30);
        builder.Property(a => a.RemovedAt).IsConcurrencyToken(); // it is taken away once
        builder.HasIndex(a => a.PersonId);
    }
}

internal sealed class AccessRequestConfiguration : IEntityTypeConfiguration<AccessRequest>
{
    public void Configure(EntityTypeBuilder<AccessRequest> builder)
    {
        builder.ToTable("access_request");
        builder.Property(r => r.Id).ValueGeneratedNever();
        builder.Property(r => r.Tenant).HasMaxLength(30);
        builder.Property(r => r.Target).HasMaxLength(30);
        builder.Property(r => r.ReasonCode).HasMaxLength(40);
        builder.Property(r => r.Reason).HasMaxLength(2000);
        builder.Property(r => r.Ticket).HasMaxLength(100);
        builder.Property(r => r.ScopeHash).HasMaxLength(43);
        builder.Property(r => r.Version).IsConcurrencyToken();
        builder.HasIndex(r => new { r.Tenant, r.State, r.CreatedAt });
        // One pending request per engineer and target: state 1 is Pending. The filter's quoting is the same on all three providers.
        builder.HasIndex(r => new { r.RequesterId, r.Tenant, r.Target }).IsUnique().HasFilter("\"State\" = 1").HasDatabaseName("ux_access_request_pending");
    }
}

internal sealed class ReviewConfiguration : IEntityTypeConfiguration<Review>
{
    public void Configure(EntityTypeBuilder<Review> builder)
    {
        builder.ToTable("review");
        builder.Property(r => r.Id).ValueGeneratedNever();
        builder.Property(r => r.Tenant).HasMaxLength(30);
        builder.Property(r => r.Reason).HasMaxLength(2000);
        builder.Property(r => r.ScopeHash).HasMaxLength(43);
        builder.HasIndex(r => new { r.RequestId, r.ReviewerId }).IsUnique();
    }
}

internal sealed class ErasureConfiguration : IEntityTypeConfiguration<ErasureOrder>
{
    public void Configure(EntityTypeBuilder<ErasureOrder> builder)
    {
        builder.ToTable("erasure");
        builder.Property(e => e.Id).ValueGeneratedNever();
        builder.Property(e => e.Tenant).HasMaxLength(30);
        builder.Property(e => e.Authority).HasMaxLength(200);
        builder.Property(e => e.Reason).HasMaxLength(2000);
        builder.Property(e => e.Version).IsConcurrencyToken();
        builder.HasIndex(e => new { e.Tenant, e.EntryIndex });
    }
}

internal sealed class GrantConfiguration : IEntityTypeConfiguration<Grant>
{
    public void Configure(EntityTypeBuilder<Grant> builder)
    {
        builder.ToTable("access_grant"); // "grant" is a reserved word
        builder.Property(g => g.Id).ValueGeneratedNever();
        builder.Property(g => g.Tenant).HasMaxLength(30);
        builder.Property(g => g.Target).HasMaxLength(30);
        builder.Property(g => g.ScopeHash).HasMaxLength(43);
        builder.Property(g => g.Version).IsConcurrencyToken();
        builder.HasIndex(g => g.RequestId).IsUnique();
        builder.HasIndex(g => new { g.Tenant, g.NotAfter });
        builder.HasIndex(g => new { g.HolderId, g.NotAfter });
    }
}

internal sealed class SessionConfiguration : IEntityTypeConfiguration<Session>
{
    public void Configure(EntityTypeBuilder<Session> builder)
    {
        builder.ToTable("access_session");
        builder.Property(s => s.Id).ValueGeneratedNever();
        builder.Property(s => s.Tenant).HasMaxLength(30);
        builder.Property(s => s.Target).HasMaxLength(30);
        builder.HasIndex(s => s.GrantId);
    }
}

internal sealed class SigningKeyConfiguration : IEntityTypeConfiguration<SigningKeyRow>
{
    public void Configure(EntityTypeBuilder<SigningKeyRow> builder)
    {
        builder.ToTable("signing_key");
        builder.HasKey(k => new { k.Purpose, k.KeyId });
        builder.Property(k => k.Purpose).HasMaxLength(40);
        builder.Property(k => k.KeyId).HasMaxLength(100);
    }
}

internal sealed class DataKeyConfiguration : IEntityTypeConfiguration<DataKeyRow>
{
    public void Configure(EntityTypeBuilder<DataKeyRow> builder)
    {
        builder.ToTable("data_key");
        builder.Property(k => k.Owner).HasMaxLength(60);
        builder.Property(k => k.Generation).HasDefaultValue(1).HasSentinel(0);
        builder.HasIndex(k => new { k.Owner, k.Generation }).IsUnique();
    }
}

internal sealed class BrowserCodeConfiguration : IEntityTypeConfiguration<BrowserCode>
{
    public void Configure(EntityTypeBuilder<BrowserCode> builder)
    {
        builder.ToTable("browser_code");
        builder.HasKey(c => c.CodeHash);
        builder.Property(c => c.CodeHash).HasMaxLength(43);
    }
}

internal sealed class SettingConfiguration : IEntityTypeConfiguration<SettingRow>
{
    public void Configure(EntityTypeBuilder<SettingRow> builder)
    {
        builder.ToTable("setting");
        builder.HasKey(s => s.Name);
        builder.Property(s => s.Name).HasMaxLength(60);
        builder.Property(s => s.Value).HasMaxLength(400);
    }
}

internal sealed class IdempotencyConfiguration : IEntityTypeConfiguration<IdempotencyRow>
{
    public void Configure(EntityTypeBuilder<IdempotencyRow> builder)
    {
        builder.ToTable("idempotency_key");
        builder.HasKey(i => new { i.PersonId, i.Key });
        builder.Property(i => i.Key).HasMaxLength(100);
        builder.Property(i => i.BodyHash).HasMaxLength(43);
    }
}
