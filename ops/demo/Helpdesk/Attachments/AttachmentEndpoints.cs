using Helpdesk.Data;
using Microsoft.Net.Http.Headers;

namespace Helpdesk.Attachments;

internal static class AttachmentEndpoints
{
    /// <summary>Downloads; <c>Range</c> and <c>If-None-Match</c> work (RFC 9110 sections 14 and 13), the entity tag is the SHA-256.</summary>
    public static void MapAttachments(this IEndpointRouteBuilder org) =>
        org.MapMethods("/attachments/{id:long}", ["GET", "HEAD"], (string org, long id, Database database) =>
        {
            var found = database.Query(
                "SELECT file_name, media_type, sha256 FROM attachments WHERE id = $a AND org = $b",
                row => (Name: row.GetString(0), Type: row.GetString(1), Sha256: row.GetString(2)), id, org);
            return found is not [var file]
                ? (IResult)Problems.NotFound($"There is no attachment {id} of {org}.")
                : TypedResults.PhysicalFile(
                    AttachmentFiles.PathOf(database.Folder, id), file.Type, file.Name,
                    entityTag: new EntityTagHeaderValue($"\"{file.Sha256}\""), enableRangeProcessing: true);
        });
}
