using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace AccessBroker.Storage.Migrations.SqlServer
{
    /// <inheritdoc />
    public partial class SearchIndices : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_audit_event_ref",
                table: "audit_event");

            migrationBuilder.CreateIndex(
                name: "IX_audit_event_class_idx",
                table: "audit_event",
                columns: new[] { "class", "idx" },
                filter: "class = 3");

            migrationBuilder.CreateIndex(
                name: "IX_audit_event_grant_id",
                table: "audit_event",
                column: "grant_id",
                filter: "grant_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_audit_event_status_idx",
                table: "audit_event",
                columns: new[] { "status", "idx" },
                filter: "status >= 400");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_audit_event_class_idx",
                table: "audit_event");

            migrationBuilder.DropIndex(
                name: "IX_audit_event_grant_id",
                table: "audit_event");

            migrationBuilder.DropIndex(
                name: "IX_audit_event_status_idx",
                table: "audit_event");

            migrationBuilder.CreateIndex(
                name: "IX_audit_event_ref",
                table: "audit_event",
                column: "ref");
        }
    }
}
