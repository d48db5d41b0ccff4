using System.Buffers.Text;
using System.Text;
using AccessBroker.Access;
using AccessBroker.Audit;
using AccessBroker.Grants;
using AccessBroker.Web.Api;
using AccessBroker.Web.Exports;
using Microsoft.AspNetCore.Http;

namespace AccessBroker.Web.Trails;

/// <summary>
/// An export made and sent in one go, for programs that want nothing else. The file is made in a temporary file that vanishes when closed: what
/// goes wrong is a clear answer, never half a download. What may take long is better made in the background (<see cref="ExportJobs"/>).
/// </summary>
internal sealed class ExportTrail(ReadableTrails trails, ExportWriter writer, ReadingEntries reading, TimeProvider time)
{
    public async Task<Outcome<ExportedFile>> RunAsync(
        Actor actor, string? tenant, string? format, string? from, string? to, string? grant, string? person, string? pinned, CancellationToken cancellationToken)
    {
        var readable = await trails.OfAsync(actor, cancellationToken);
        if (readable.FirstOrDefault(t => t.Id == tenant) is not { } trail)
            return ApiProblems.NotFound;
        var read = ExportOrder.Read(trail, By(actor), format, from, to, grant, person, pinned);
        if (read.Value is not { } order)
            return read.Refusal!;
        await reading.ExportedAsync(actor, order, cancellationToken);
        var file = TemporaryFile.Create();
        try
        {
            await writer.WriteAsync(order, file, null, cancellationToken);
            file.Position = 0;
            return new ExportedFile(file, order.FileName(time.GetUtcNow()), order.ContentType);
        }
        catch (PinnedCheckpointException e)
        {
            await file.DisposeAsync();
            return new Refusal(StatusCodes.Status422UnprocessableEntity, "pinned-checkpoint", "The checkpoint cannot be used", e.Message,
                "Send the checkpoint file as you kept it, or export without one.", new Dictionary<string, string[]> { ["pinned"] = [e.Message] });
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    /// <summary>A note from a query parameter: base64url, or nothing.</summary>
    public static Refusal? ReadPinned(string? encoded, out string? note)
    {
        note = null;
        if (string.IsNullOrEmpty(encoded))
            return null;
        try
        {
            note = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(encoded));
            return null;
        }
        catch (FormatException)
        {
            return ApiProblems.BadField("pinned", "is not base64url.", "Encode the checkpoint note in base64url, or POST it as the body.");
        }
    }

    /// <summary>Who exports, as the bundle's reader sees it.</summary>
    public static string By(Actor actor) => actor.Organisation.Length == 0 ? actor.Name : $"{actor.Name} ({actor.Organisation})";
}
