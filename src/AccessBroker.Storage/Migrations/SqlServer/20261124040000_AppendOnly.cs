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
        // CREATE TRIGGER must be alone in its batch, and `dotnet ef migrations script` puts several statements into one: EXEC
        // gives each a batch of its own, so that what an administrator runs by hand works as what the program runs.
        foreach (var statement in AppendOnlySql.SqlServer)
            migrationBuilder.Sql($"EXEC(N'{statement.Replace("'", "''", StringComparison.Ordinal)}');");
    }
}
