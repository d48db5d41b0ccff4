using AccessBroker.Access;
using AccessBroker.Evidence;
using AccessBroker.Web.Exports;
using Cronos;

namespace AccessBroker.Web.Schedules;

/// <summary>A schedule as configured and checked.</summary>
/// <param name="AtText">As it was written.</param>
/// <param name="Tenant">Null: a file of each customer and of the broker itself.</param>
/// <param name="Format">Null: a bundle.</param>
internal sealed record ConfiguredSchedule(
    string Name, CronExpression At, string AtText, string? Tenant, EntryFormat? Format, ScheduleRange Range, string Folder, int Keep, bool Bodies)
{
    public const string All = "all";
    private const int MaxSchedules = 32, MaxName = 40, MaxKeep = 10_000;

    private static readonly Dictionary<string, ScheduleRange> Ranges = Enum.GetValues<ScheduleRange>().ToDictionary(NameOf, StringComparer.Ordinal);

    public string FormatName => Format is { } format ? format.ToString().ToLowerInvariant() : ExportOrder.Bundle;

    public string RangeName => NameOf(Range);

    /// <summary>The first run after a moment; null where none will ever come.</summary>
    public DateTimeOffset? NextAfter(DateTimeOffset moment) =>
        At.GetNextOccurrence(moment.UtcDateTime) is { } next ? new DateTimeOffset(next, TimeSpan.Zero) : null;

    /// <summary>
    /// Runs that are due and not made, oldest first. Where several would export the same period only the last of them counts, and no more count
    /// than files would be kept.
    /// </summary>
    /// <param name="done">Everything that was planned up to here is made.</param>
    public IReadOnlyList<DateTimeOffset> Due(DateTimeOffset done, DateTimeOffset now) => now <= done ? [] :
    [
        .. At.GetOccurrences(done.UtcDateTime, now.UtcDateTime, fromInclusive: false, toInclusive: true).Select(planned => new DateTimeOffset(planned, TimeSpan.Zero))
            .GroupBy(planned => SchedulePeriod.Of(Range, planned)).Select(same => same.Last()).TakeLast(Keep),
    ];

    /// <exception cref="InvalidOperationException">The options were not checked before.</exception>
    public static IReadOnlyList<ConfiguredSchedule> Read(SchedulesOptions options) => [.. options.Schedules.Select(s =>
        ExportOrder.TryReadFormat(s.Format, out var format) && TryReadCron(s.At, out var at)
            ? new ConfiguredSchedule(s.Name, at, s.At, s.Tenant == All ? null : s.Tenant, format, Ranges[s.Range], Path.TrimEndingDirectorySeparator(s.Folder), s.Keep, s.Bodies)
            : throw new InvalidOperationException($"The schedule {s.Name} was not checked."))];

    /// <summary>What is wrong with <c>Log:Schedules</c>, in sentences.</summary>
    public static IEnumerable<string> Broken(SchedulesOptions options)
    {
        if (options.Schedules.Count > MaxSchedules)
            yield return $"Log:Schedules has {options.Schedules.Count} entries; at most {MaxSchedules} are kept.";
        for (var i = 0; i < options.Schedules.Count; i++)
        {
            var (place, schedule) = ($"Log:Schedules:{i}", options.Schedules[i]);
            if (schedule.Name.Length is 0 or > MaxName || !schedule.Name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'))
                yield return $"{place}:Name is '{schedule.Name}'; it must have 1–{MaxName} of a-z, 0-9 and hyphens.";
            else if (options.Schedules.Take(i).Any(s => s.Name == schedule.Name))
                yield return $"{place}:Name is '{schedule.Name}' like an earlier schedule's; each has its own.";
            if (!TryReadCron(schedule.At, out var at))
                yield return $"{place}:At is '{schedule.At}'; it must be a cron expression of five fields in UTC, such as '30 2 * * *' for each day at 02:30 or '0 6 * * MON' for Mondays at 06:00.";
            else if (at.GetNextOccurrence(DateTime.UnixEpoch) is null)
                yield return $"{place}:At is '{schedule.At}', a day that never comes; each day at 02:30 is '30 2 * * *'.";
            if (schedule.Tenant is not (All or Names.System) && !Names.IsId(schedule.Tenant))
                yield return $"{place}:Tenant is '{schedule.Tenant}'; it must be a customer's id, {Names.System} for the broker's own trail, or {All} for a file of each.";
            if (schedule.Format.Length == 0 || !ExportOrder.TryReadFormat(schedule.Format, out var format))
                yield return $"{place}:Format is '{schedule.Format}'; it must be one of {ExportOrder.FormatNames}.";
            else if (format is null && !schedule.Bodies)
                yield return $"{place}:Format is bundle, which holds whole bodies: set {place}:Bodies to true, or take another format.";
            if (!Ranges.ContainsKey(schedule.Range))
                yield return $"{place}:Range is '{schedule.Range}'; it must be one of {string.Join(", ", Ranges.Keys)}.";
            if (ScheduleFolder.Broken(schedule.Folder) is { } problem)
                yield return $"{place}:Folder is '{schedule.Folder}'; {problem}";
            if (schedule.Keep is < 1 or > MaxKeep)
                yield return $"{place}:Keep is {schedule.Keep}; it must be 1–{MaxKeep}.";
            if (schedule.Bodies && schedule.Tenant == All)
                yield return $"{place}:Bodies writes what is the customer's, so {place}:Tenant must name exactly that one customer; without Bodies a schedule may have all.";
        }
    }

    /// <summary>Five fields, and none of the library's names for whole expressions, some of which mean seconds.</summary>
    private static bool TryReadCron(string text, out CronExpression at)
    {
        at = CronExpression.EveryMinute;
        return !text.TrimStart().StartsWith('@') && CronExpression.TryParse(text, CronFormat.Standard, out at!);
    }

    private static string NameOf(ScheduleRange range) => range.ToString().ToLowerInvariant();
}
