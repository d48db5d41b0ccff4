using System.Globalization;
using AccessBroker.Web.Schedules;

namespace AccessBroker.Server.Tests.Schedules;

/// <summary>What is due when, and of which days, as tables.</summary>
public sealed class ConfiguredScheduleTests
{
    [Theory]
    [InlineData("day", "2026-03-01T02:30", "2026-02-28", "2026-03-01")]
    [InlineData("day", "2026-03-01T00:00", "2026-02-28", "2026-03-01")]
    [InlineData("week", "2026-03-02T00:00", "2026-02-23", "2026-03-02")] // a Monday
    [InlineData("week", "2026-03-01T23:59", "2026-02-16", "2026-02-23")] // the Sunday before
    [InlineData("week", "2026-01-01T06:00", "2025-12-22", "2025-12-29")]
    [InlineData("month", "2026-01-31T06:00", "2025-12-01", "2026-01-01")]
    [InlineData("month", "2024-03-31T06:00", "2024-02-01", "2024-03-01")]
    [InlineData("everything", "2026-03-01T02:30", null, null)]
    public void Period_IsTheLastWholeOne(string range, string planned, string? from, string? to) =>
        Assert.Equal(new SchedulePeriod(At(from), At(to)), SchedulePeriod.Of(Enum.Parse<ScheduleRange>(range, ignoreCase: true), At(planned)!.Value));

    [Theory]
    [InlineData("30 2 * * *", "day", 30, "2026-03-01T02:30", "2026-03-02T02:29", "")] // not yet
    [InlineData("30 2 * * *", "day", 30, "2026-03-01T02:30", "2026-03-02T02:30", "2026-03-02T02:30")]
    [InlineData("30 2 * * *", "day", 30, "2026-03-01T02:30", "2026-03-04T12:00", "2026-03-02T02:30 2026-03-03T02:30 2026-03-04T02:30")] // a day each, so that none is missing
    [InlineData("30 2 * * *", "day", 2, "2026-03-01T02:30", "2026-03-04T12:00", "2026-03-03T02:30 2026-03-04T02:30")] // older ones would be removed at once
    [InlineData("30 2 * * *", "everything", 30, "2026-03-01T02:30", "2026-03-04T12:00", "2026-03-04T02:30")] // the last holds all the others
    [InlineData("0 * * * *", "day", 30, "2026-03-01T22:00", "2026-03-02T02:30", "2026-03-01T23:00 2026-03-02T02:00")]
    [InlineData("30 2 * * *", "day", 30, "2026-03-04T02:30", "2026-03-01T02:30", "")] // the clock was put back
    [InlineData("0 0 29 2 *", "day", 30, "2024-03-01T00:00", "2027-03-01T00:00", "")]
    public void Due_AreRunsThatAreNotMade_OnePeriodOnceAndNoMoreThanAreKept(string cron, string range, int keep, string done, string now, string expected)
    {
        var options = new SchedulesOptions();
        options.Schedules.Add(new ScheduleOptions { Name = "x", At = cron, Tenant = "acme", Format = "csv", Range = range, Folder = "/", Keep = keep });
        var schedule = ConfiguredSchedule.Read(options).Single();

        Assert.Equal(expected, string.Join(' ', schedule.Due(At(done)!.Value, At(now)!.Value).Select(d => d.ToString("yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture))));
    }

    private static DateTimeOffset? At(string? text) => text is null ? null : DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
