using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace AccessBroker.Storage;

// Column names are those of AUDIT-LOG.md, lower case, because appending and the append-only triggers are plain SQL.

internal sealed class AuditHeadConfiguration : IEntityTypeConfiguration<AuditHeadRow>
{
    public void Configure(EntityTypeBuilder<AuditHeadRow> builder)
    {
        builder.ToTable("audit_head");
        builder.Property(h => h.Id).HasColumnName("id").ValueGeneratedNever();
        builder.Property(h => h.Size).HasColumnName("size");
        builder.Property(h => h.Frontier).HasColumnName("frontier").HasMaxLength(64 * 32);
        builder.Property(h => h.Time).HasColumnName("time");
        builder.HasData(new AuditHeadRow { Id = 1 });
    }
}

internal sealed class AuditTrailConfiguration : IEntityTypeConfiguration<AuditTrailRow>
{
    public void Configure(EntityTypeBuilder<AuditTrailRow> builder)
    {
        builder.ToTable("audit_trail");
        builder.HasKey(t => t.No);
        builder.Property(t => t.No).HasColumnName("no");
        builder.Property(t => t.Trail).HasColumnName("trail").HasMaxLength(32).IsRequired();
        builder.Property(t => t.Count).HasColumnName("count");
        builder.Property(t => t.Head).HasColumnName("head").HasMaxLength(32);
        builder.HasIndex(t => t.Trail).IsUnique();
    }
}

internal sealed class AuditBundleConfiguration : IEntityTypeConfiguration<AuditBundleRow>
{
    public void Configure(EntityTypeBuilder<AuditBundleRow> builder)
    {
        builder.ToTable("audit_bundle");
        builder.HasKey(b => b.FirstIdx);
        builder.Property(b => b.FirstIdx).HasColumnName("first_idx").ValueGeneratedNever();
        builder.Property(b => b.Count).HasColumnName("count");
        builder.Property(b => b.Headers).HasColumnName("headers");
        builder.Property(b => b.Bodies).HasColumnName("bodies");
    }
}

internal sealed class AuditNodeConfiguration : IEntityTypeConfiguration<AuditNodeRow>
{
    public void Configure(EntityTypeBuilder<AuditNodeRow> builder)
    {
        builder.ToTable("audit_node");
        builder.HasKey(n => n.Node);
        builder.Property(n => n.Node).HasColumnName("node").ValueGeneratedNever();
        builder.Property(n => n.Boot).HasColumnName("boot");
        builder.Property(n => n.AliveUntil).HasColumnName("alive_until");
        builder.Property(n => n.FirstIdx).HasColumnName("first_idx");
    }
}

internal sealed class AuditCheckpointConfiguration : IEntityTypeConfiguration<AuditCheckpointRow>
{
    public void Configure(EntityTypeBuilder<AuditCheckpointRow> builder)
    {
        builder.ToTable("audit_checkpoint");
        builder.HasKey(c => c.Size);
        builder.Property(c => c.Size).HasColumnName("size").ValueGeneratedNever();
        builder.Property(c => c.Root).HasColumnName("root").HasMaxLength(32);
        builder.Property(c => c.Note).HasColumnName("note");
        builder.Property(c => c.CreatedAt).HasColumnName("created_at");
    }
}

internal sealed class AuditCosignatureConfiguration : IEntityTypeConfiguration<AuditCosignatureRow>
{
    public void Configure(EntityTypeBuilder<AuditCosignatureRow> builder)
    {
        builder.ToTable("audit_cosignature");
        builder.HasKey(c => new { c.Size, c.Witness });
        builder.Property(c => c.Size).HasColumnName("size");
        builder.Property(c => c.Witness).HasColumnName("witness").HasMaxLength(400);
        builder.Property(c => c.Line).HasColumnName("line");
    }
}

internal sealed class AuditTileConfiguration : IEntityTypeConfiguration<AuditTileRow>
{
    public void Configure(EntityTypeBuilder<AuditTileRow> builder)
    {
        builder.ToTable("audit_tile");
        builder.HasKey(t => new { t.Level, t.N });
        builder.Property(t => t.Level).HasColumnName("level");
        builder.Property(t => t.N).HasColumnName("n");
        builder.Property(t => t.Hashes).HasColumnName("hashes").HasMaxLength(256 * 32);
    }
}

internal sealed class AuditEventConfiguration : IEntityTypeConfiguration<AuditEventRow>
{
    public void Configure(EntityTypeBuilder<AuditEventRow> builder)
    {
        builder.ToTable("audit_event");
        builder.HasKey(e => e.Idx);
        builder.Property(e => e.Idx).HasColumnName("idx").ValueGeneratedNever();
        builder.Property(e => e.Seq).HasColumnName("seq");
        builder.Property(e => e.Time).HasColumnName("time");
        builder.Property(e => e.Class).HasColumnName("class");
        builder.Property(e => e.Id).HasColumnName("id");
        builder.Property(e => e.Ref).HasColumnName("ref");
        builder.Property(e => e.Kind).HasColumnName("kind").HasMaxLength(60);
        builder.Property(e => e.Tenant).HasColumnName("tenant").HasMaxLength(30);
        builder.Property(e => e.Actor).HasColumnName("actor").HasMaxLength(36);
        builder.Property(e => e.Grant).HasColumnName("grant_id").HasMaxLength(36);
        builder.Property(e => e.Session).HasColumnName("session_id").HasMaxLength(36);
        builder.Property(e => e.Target).HasColumnName("target").HasMaxLength(30);
        builder.Property(e => e.Operation).HasColumnName("operation").HasMaxLength(60);
        builder.Property(e => e.Method).HasColumnName("method").HasMaxLength(20);
        builder.Property(e => e.Host).HasColumnName("host").HasMaxLength(260);
        builder.Property(e => e.Path).HasColumnName("path").HasMaxLength(2000);
        builder.Property(e => e.Ip).HasColumnName("ip").HasMaxLength(45);
        builder.Property(e => e.Ticket).HasColumnName("ticket").HasMaxLength(100);
        builder.Property(e => e.Status).HasColumnName("status");
        builder.Property(e => e.Outcome).HasColumnName("outcome").HasMaxLength(20);
        builder.Property(e => e.Text).HasColumnName("text").HasMaxLength(2400);
        builder.Property(e => e.Leaf).HasColumnName("leaf").HasMaxLength(32);
        // Each is paid for twice a request; what that is and what it buys: ops/adr/0014-search-in-steps.md.
        builder.HasIndex(e => new { e.Tenant, e.Idx });
        builder.HasIndex(e => e.Grant).HasFilter("grant_id IS NOT NULL");
        // Few rows, so cheap: all but requests and their outcomes, and what went wrong.
        builder.HasIndex(e => new { e.Class, e.Idx }).HasFilter("class = 3");
        builder.HasIndex(e => new { e.Status, e.Idx }).HasFilter("status >= 400");
    }
}

internal sealed class AuditStreamConfiguration : IEntityTypeConfiguration<AuditStreamRow>
{
    public void Configure(EntityTypeBuilder<AuditStreamRow> builder)
    {
        builder.ToTable("audit_stream");
        builder.HasKey(s => s.Name);
        builder.Property(s => s.Name).HasColumnName("name").HasMaxLength(40);
        builder.Property(s => s.NextIdx).HasColumnName("next_idx");
        builder.Property(s => s.EndIdx).HasColumnName("end_idx");
        builder.Property(s => s.Fingerprint).HasColumnName("fingerprint").HasMaxLength(64);
        builder.Property(s => s.Holder).HasColumnName("holder");
        builder.Property(s => s.HeldUntil).HasColumnName("held_until");
    }
}

internal sealed class AuditScheduleConfiguration : IEntityTypeConfiguration<AuditScheduleRow>
{
    public void Configure(EntityTypeBuilder<AuditScheduleRow> builder)
    {
        builder.ToTable("audit_schedule");
        builder.HasKey(s => s.Name);
        builder.Property(s => s.Name).HasColumnName("name").HasMaxLength(40);
        builder.Property(s => s.DoneUntil).HasColumnName("done_until");
        builder.Property(s => s.RanAt).HasColumnName("ran_at");
        builder.Property(s => s.File).HasColumnName("file_name").HasMaxLength(200);
        builder.Property(s => s.Error).HasColumnName("error").HasMaxLength(AuditScheduleRow.MaxError);
        builder.Property(s => s.FailedAt).HasColumnName("failed_at");
        builder.Property(s => s.Failures).HasColumnName("failures");
        builder.Property(s => s.RetryAt).HasColumnName("retry_at");
        builder.Property(s => s.Holder).HasColumnName("holder");
        builder.Property(s => s.HeldUntil).HasColumnName("held_until");
    }
}
