using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AccessBroker.Access;
using AccessBroker.Audit;
using AccessBroker.Evidence;
using AccessBroker.Grants;
using AccessBroker.Web.Api;
using AccessBroker.Web.Search;
using Microsoft.AspNetCore.Http;

namespace AccessBroker.Web.Trails;

/// <summary>
/// A customer's evidence bundle as a zip. That it was exported is recorded first, so the bundle holds its own
/// <c>audit.exported</c>. The zip is made in a temporary file that vanishes when closed: what goes wrong is a clear answer,
/// never half a download.
/// </summary>
internal sealed class ExportTrail(ReadableTrails trails, BundleExporter exporter, PeopleDirectory people, ReadingEntries reading, TimeProvider time)
{
    private const int MaxPinned = 16 * 1024;

    /// <param name="tenant">Customer id.</param>
    /// <param name="from">A day, or a moment in ISO 8601: bodies from then on. Null or empty: all.</param>
    /// <param name="to">A day, included, or a moment, excluded.</param>
    /// <param name="grant">Bodies of this grant only.</param>
    /// <param name="pinned">A checkpoint note that the reader kept.</param>
    public async Task<Outcome<ExportedFile>> RunAsync(
        Actor actor, string? tenant, string? from, string? to, string? grant, string? pinned, CancellationToken cancellationToken)
    {
        var readable = await trails.OfAsync(actor, cancellationToken);
        if (readable.FirstOrDefault(t => t.Id == tenant) is not { } trail)
            return ApiProblems.NotFound;
        if (ReadMoment(from, false, out var begin) is { } badFrom)
            return badFrom("from");
        if (ReadMoment(to, true, out var end) is { } badTo)
            return badTo("to");
        Guid? onlyGrant = null;
        if (!string.IsNullOrEmpty(grant))
        {
            if (!Guid.TryParseExact(grant.Trim(), "D", out var id))
                return ApiProblems.BadField("grant", "is not the id of a grant.", "Copy it from the grant's page: 36 characters with hyphens.");
            onlyGrant = id;
        }
        if (pinned?.Length > MaxPinned)
            return ApiProblems.BadField("pinned", "is too large for a checkpoint.", "Send the signed note that you kept: a few lines of text.");

        var filter = new ExportFilter(begin, end, onlyGrant);
        await reading.ExportedAsync(actor, trail.Id, "bundle", Micros(begin), Micros(end), onlyGrant?.ToString("D"),
            pinned is null ? null : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(pinned))), cancellationToken);
        var now = time.GetUtcNow();
        var file = TemporaryFile.Create();
        try
        {
            await using var sink = new ZipSink(file, now);
            await exporter.WriteAsync(sink, new ExportRequest(trail.Id, trail.Name, By(actor), filter, pinned, PeopleAsync), null, cancellationToken);
            await sink.CompleteAsync(cancellationToken);
            file.Position = 0;
            return new ExportedFile(file, string.Create(CultureInfo.InvariantCulture, $"evidence-{trail.Id}-{now:yyyyMMdd-HHmmss}.zip"));
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

    private static string By(Actor actor) => actor.Organisation.Length == 0 ? actor.Name : $"{actor.Name} ({actor.Organisation})";

    private async Task<IReadOnlyList<BundlePerson>> PeopleAsync(IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken)
    {
        var names = await people.NamesAsync(ids.Select(id => id.ToString("D")), cancellationToken);
        return [.. ids.Select(id => names(id.ToString("D"))!).Select(p => new BundlePerson(p.Id.ToString("D"), p.Name, p.Organisation.Length == 0 ? null : p.Organisation))];
    }

    /// <summary>A day (in UTC) or a moment; the last day is included.</summary>
    private static Func<string, Refusal>? ReadMoment(string? text, bool isEnd, out DateTimeOffset? moment)
    {
        moment = null;
        if (string.IsNullOrEmpty(text))
            return null;
        if (text.Length == 10 && DateRange.TryParse(text, out var day))
            moment = isEnd ? day.Until : day.From;
        else if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var exact))
            moment = exact;
        // Beyond these years microseconds leave what the log's numbers hold.
        if (moment is { Year: >= 1970 and < 2200 })
            return null;
        return field => ApiProblems.BadField(field, "is not a date.", "Write a day such as 2026-01-31, or a moment such as 2026-01-31T14:00:00Z.");
    }

    private static long? Micros(DateTimeOffset? moment) => moment is { } m ? (m - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond : null;
}
