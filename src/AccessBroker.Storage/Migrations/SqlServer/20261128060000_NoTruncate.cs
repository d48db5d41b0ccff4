using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace AccessBroker.Storage.Migrations.SqlServer;

/// <summary>Keeps the log's tables from being truncated; see <see cref="AppendOnlySql.SqlServerNoTruncate"/>.</summary>
[DbContext(typeof(SqlServerBrokerDbContext))]
[Migration("20261128060000_NoTruncate")]
public sealed class NoTruncate : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(AppendOnlySql.SqlServerNoTruncate);
}
