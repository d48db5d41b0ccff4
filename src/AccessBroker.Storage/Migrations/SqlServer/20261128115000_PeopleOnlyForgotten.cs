using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace AccessBroker.Storage.Migrations.SqlServer;

/// <summary>Keeps people's rows from being given to others; see <see cref="AppendOnlySql.PostgreSqlPeople"/>.</summary>
[DbContext(typeof(SqlServerBrokerDbContext))]
[Migration("20261128115000_PeopleOnlyForgotten")]
public sealed class PeopleOnlyForgotten : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Sql($"EXEC(N'{AppendOnlySql.SqlServerPeople.Replace("'", "''", StringComparison.Ordinal)}');");
    }
}
