using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace AccessBroker.Storage.Migrations.SqlServer;

/// <summary>Makes the log's tables append-only in the database; see <see cref="AppendOnlySql"/>.</summary>
[DbContext(typeof(SqlServerBrokerDbContext))]
[Migration("20261124040000_AppendOnly")]
public sealed class AppendOnly : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        foreach (var statement in AppendOnlySql.SqlServer)
            migrationBuilder.Sql(statement);
    }
}
