namespace AccessBroker.Web.Schedules;

/// <summary>Which entries a run exports: the last whole period before it was planned, or all.</summary>
internal enum ScheduleRange
{
    Day,
    Week,
    Month,
    Everything,
}

/// <summary>What a run exports. It follows from when the run was planned, so a run that is late makes the file that it would have made in time.</summary>
/// <param name="From">Inclusive; null: the log's beginning.</param>
/// <param name="To">Exclusive; null: what there is when it runs.</param>
internal readonly record struct SchedulePeriod(DateTimeOffset? From, DateTimeOffset? To)
{
    public static SchedulePeriod Of(ScheduleRange range, DateTimeOffset planned)
    {
        var today = new DateTimeOffset(planned.UtcDateTime.Date, TimeSpan.Zero);
        var monday = today.AddDays(-(((int)today.DayOfWeek + 6) % 7)); // ISO 8601: weeks begin on Monday
        var first = today.AddDays(1 - today.Day);
        return range switch
        {
            ScheduleRange.Day => new(today.AddDays(-1), today),
            ScheduleRange.Week => new(monday.AddDays(-7), monday),
            ScheduleRange.Month => new(first.AddMonths(-1), first),
            _ => new(null, null),
        };
    }
}
