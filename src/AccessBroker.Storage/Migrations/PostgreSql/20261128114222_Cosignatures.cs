using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace AccessBroker.Storage.Migrations.PostgreSql
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
                    witness = table.Column<string>(type: "character varying(400)", maxLength: 400, nullable: false),
                    line = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_audit_cosignature", x => new { x.size, x.witness });
                });

            // What witnesses said so far, a line each, moves to its table.
            migrationBuilder.Sql("""
                INSERT INTO audit_cosignature (size, witness, line)
                SELECT size, split_part(line, ' ', 2), line FROM audit_checkpoint, unnest(string_to_array(cosignatures, E'\n')) AS line WHERE line <> '';
                """);
            migrationBuilder.DropColumn(name: "cosignatures", table: "audit_checkpoint");
        }
    }
}
