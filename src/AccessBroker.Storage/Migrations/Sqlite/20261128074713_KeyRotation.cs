using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace AccessBroker.Storage.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class KeyRotation : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_data_key_Owner",
                table: "data_key");

            migrationBuilder.AddColumn<long>(
                name: "EntryIndex",
                table: "signing_key",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "Generation",
                table: "data_key",
                type: "INTEGER",
                nullable: false,
                defaultValue: 1);

            migrationBuilder.CreateIndex(
                name: "IX_data_key_Owner_Generation",
                table: "data_key",
                columns: new[] { "Owner", "Generation" },
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_data_key_Owner_Generation",
                table: "data_key");

            migrationBuilder.DropColumn(
                name: "EntryIndex",
                table: "signing_key");

            migrationBuilder.DropColumn(
                name: "Generation",
                table: "data_key");

            migrationBuilder.CreateIndex(
                name: "IX_data_key_Owner",
                table: "data_key",
                column: "Owner",
                unique: true);
        }
    }
}
