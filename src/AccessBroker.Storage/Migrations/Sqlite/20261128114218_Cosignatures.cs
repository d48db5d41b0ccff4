using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace AccessBroker.Storage.Migrations.Sqlite
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
                    size = table.Column<long>(type: "INTEGER", nullable: false),
                    witness = table.Column<string>(type: "TEXT", maxLength: 400, nullable: false),
                    line = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_audit_cosignature", x => new { x.size, x.witness });
                });

            // What witnesses said so far, a line each, moves to its table.
            migrationBuilder.Sql("""
                WITH RECURSIVE line(size, text, rest) AS (
                    SELECT size, '', cosignatures FROM audit_checkpoint WHERE cosignatures <> ''
                    UNION ALL
                    SELECT size, substr(rest, 1, instr(rest, char(10)) - 1), substr(rest, instr(rest, char(10)) + 1) FROM line WHERE rest <> '')
                INSERT INTO audit_cosignature (size, witness, line)
                SELECT size, substr(text, 3, instr(substr(text, 3), ' ') - 1), text FROM line WHERE text <> '';
                """);
            // Not DropColumn, which makes the table anew and would leave its triggers behind.
            migrationBuilder.Sql("ALTER TABLE audit_checkpoint DROP COLUMN cosignatures;");
        }
    }
}
