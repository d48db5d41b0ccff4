namespace AccessBroker.Audit.Tests;

/// <summary>When a checkpoint is due, and when a clock is wrong.</summary>
public sealed class ScheduleTests
{
    private static readonly AuditOptions Options = new();

    [Theory]
    [InlineData(null, true, true)] // the first
    [InlineData(null, false, false)]
    [InlineData(9, true, false)]
    [InlineData(10, true, true)]
    [InlineData(10, false, false)] // a heads entry alone
    [InlineData(3599, false, false)]
    [InlineData(3600, false, true)]
    [InlineData(-5, true, false)] // another node's clock, within what is allowed
    [InlineData(-10, true, true)] // nobody waits for a checkpoint from the future
    [InlineData(-10, false, false)]
    public void IsDue_AgeAndEntries_AsPromised(int? ageSeconds, bool entries, bool due) =>
        Assert.Equal(due, CheckpointSchedule.IsDue(ageSeconds is { } age ? TimeSpan.FromSeconds(age) : null, entries, Options));

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(-2, 2, 0)] // a slow answer is no skew
    [InlineData(10, 10, 10)]
    [InlineData(10, 13, 10)]
    [InlineData(-10, -10, -10)]
    [InlineData(-10, -7, -7)]
    public void Between_BeforeAndAfterTheAnswer_CountsOnlyWhatItsTimeCannotExplain(int before, int after, int expected)
    {
        var database = DateTimeOffset.UnixEpoch.AddDays(1);

        Assert.Equal(TimeSpan.FromSeconds(expected), ClockSkew.Between(database.AddSeconds(before), database.AddSeconds(after), database));
    }

    [Theory]
    [InlineData(5, null)]
    [InlineData(-5, null)]
    [InlineData(6, "This node's clock is 6 s ahead of the database's, and at most 5 s are allowed. Synchronise both.")]
    [InlineData(-3600, "This node's clock is 3600 s behind the database's, and at most 5 s are allowed. Synchronise both.")]
    public void Fault_BeyondFiveSeconds_SaysWhichWay(int seconds, string? expected) => Assert.Equal(expected, ClockSkew.Fault(TimeSpan.FromSeconds(seconds)));
}
