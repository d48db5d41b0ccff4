using System.Security.Cryptography;
using System.Text;
using AccessBroker.Audit;
using AccessBroker.Contracts;
using AccessBroker.Evidence;
using AccessBroker.Grants;
using AccessBroker.Web.Api;
using AccessBroker.Web.Search;
using System.Globalization;

namespace AccessBroker.Web.Exports;

/// <summary>What to export, checked.</summary>
/// <param name="Format">Null for a bundle.</param>
/// <param name="By">Who exports, as a reader of the bundle sees it.</param>
/// <param name="Bodies">Whole bodies, which are the customer's; else who, when, which operation and which result alone. A bundle always holds them.</param>
internal sealed record ExportOrder(
    string Tenant, string TenantName, string By, EntryFormat? Format, DateTimeOffset? From, DateTimeOffset? To, Guid? Grant, Guid? Actor, string? Pinned,
    bool Bodies = true)
{
    private const int MaxPinned = 16 * 1024;
    private static readonly EntryFormat[] Formats = Enum.GetValues<EntryFormat>();

    public const string Bundle = "bundle";

    public static string FormatNames { get; } = string.Join(", ", Formats.Select(NameOf).Prepend(Bundle));

    public ExportFilter Filter => new(From, To, Grant, Actor);

    /// <summary>As people and programs write it.</summary>
    public string FormatName => Format is { } format ? NameOf(format) : Bundle;

    public string ContentType => Format switch
    {
        null => "application/zip",
        EntryFormat.Csv => "text/csv; charset=utf-8",
        EntryFormat.Parquet => "application/vnd.apache.parquet",
        _ => "application/x-ndjson",
    };

    /// <summary>SHA-256 of the pinned checkpoint, as the log states it.</summary>
    public string? PinnedHash => Pinned is null ? null : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Pinned)));

    /// <summary>Name of the file.</summary>
    public string FileName(DateTimeOffset at)
    {
        var kind = Format switch
        {
            null => "evidence",
            EntryFormat.Ocsf => "ocsf",
            _ => "entries",
        };
        return string.Create(CultureInfo.InvariantCulture, $"{kind}-{Tenant}-{at:yyyyMMdd-HHmmss}.{EndingOf(Format)}");
    }

    /// <param name="trail">The customer whose trail it is, which the exporter may read.</param>
    /// <param name="grant">As typed.</param>
    /// <param name="actor">As typed.</param>
    public static Outcome<ExportOrder> Read(TenantView trail, string by, string? format, string? from, string? to, string? grant, string? actor, string? pinned)
    {
        if (!TryReadFormat(format, out var entries))
            return ApiProblems.BadField("format", "is none of the formats.", $"It is one of {FormatNames}.");
        if (ReadMoment(from, false, out var begin) is { } badFrom)
            return badFrom("from");
        if (ReadMoment(to, true, out var end) is { } badTo)
            return badTo("to");
        if (ReadId(grant, "grant", "grant", out var onlyGrant) is { } badGrant)
            return badGrant;
        if (ReadId(actor, "actor", "person", out var onlyActor) is { } badActor)
            return badActor;
        if (pinned?.Length > MaxPinned)
            return ApiProblems.BadField("pinned", "is too large for a checkpoint.", "Send the signed note that you kept: a few lines of text.");
        if (pinned is not null && entries is not null)
            return ApiProblems.BadField("pinned", "belongs to a bundle: other formats prove nothing.", "Leave it out, or export a bundle.");
        return new ExportOrder(trail.Id, trail.Name, by, entries, begin, end, onlyGrant, onlyActor, pinned);
    }

    /// <summary>Of all formats.</summary>
    public static IReadOnlyList<string> Endings { get; } = [EndingOf(null), .. Formats.Select(f => EndingOf(f))];

    /// <summary>Of a file's name, without the dot.</summary>
    public static string EndingOf(EntryFormat? format) => format switch
    {
        null => "zip",
        EntryFormat.Ocsf => "jsonl",
        { } entries => NameOf(entries),
    };

    /// <summary>Null is a bundle.</summary>
    /// <returns>False for what is no format.</returns>
    public static bool TryReadFormat(string? name, out EntryFormat? format)
    {
        format = Formats.Where(f => NameOf(f) == name).Select(f => (EntryFormat?)f).FirstOrDefault();
        return format is not null || name is null or "" or Bundle;
    }

    private static string NameOf(EntryFormat format) => format.ToString().ToLowerInvariant();

    private static Refusal? ReadId(string? text, string field, string what, out Guid? id)
    {
        id = null;
        if (string.IsNullOrEmpty(text))
            return null;
        if (!Guid.TryParseExact(text.Trim(), "D", out var read))
            return ApiProblems.BadField(field, $"is not the id of a {what}.", "Copy it from a page of the portal: 36 characters with hyphens.");
        id = read;
        return null;
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
}
