using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace AccessBroker.Storage.Migrations.PostgreSql;

/// <summary>Keeps people's rows from being given to others; see <see cref="AppendOnlySql.PostgreSqlPeople"/>.</summary>
[DbContext(typeof(PostgreSqlBrokerDbContext))]
[Migration("20261128115000_PeopleOnlyForgotten")]
public sealed class PeopleOnlyForgotten : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        foreach (var statement in AppendOnlySql.PostgreSqlPeople)
            migrationBuilder.Sql(statement);
    }
}
