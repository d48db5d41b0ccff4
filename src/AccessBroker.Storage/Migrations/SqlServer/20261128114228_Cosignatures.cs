using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace AccessBroker.Storage.Migrations.SqlServer
{
    /// <inheritdoc />
    public partial class Cosignatures : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "audit_cosignature",
                columns: table => new
                {
                    size = table.Column<long>(type: "bigint", nullable: false),
                    witness = table.Column<string>(type: "nvarchar(400)", maxLength: 400, nullable: false),
                    line = table.Column<string>(type: "nvarchar(max)", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_audit_cosignature", x => new { x.size, x.witness });
                });

            foreach (var statement in AppendOnlySql.SqlServerLedger)
                migrationBuilder.Sql(statement);
        }
    }
}
