namespace AccessBroker.Cli.Tests;

public sealed class DurationTests
{
    [Theory]
    [InlineData("15m", 15), InlineData("30", 30), InlineData("1h", 60), InlineData("1h30m", 90), InlineData("120s", 2)]
    public void ParseMinutes_AsPeopleTypeIt_IsMinutes(string text, int minutes) => Assert.Equal(minutes, Duration.ParseMinutes(text));

    [Theory]
    [InlineData(""), InlineData("0"), InlineData("m"), InlineData("15x"), InlineData("-5m"), InlineData("1h30"), InlineData("90s"), InlineData("9999999m")]
    public void ParseMinutes_NoWholeMinutes_IsUsage(string text) =>
        Assert.Equal(64, Assert.Throws<CliException>(() => Duration.ParseMinutes(text)).ExitCode);
}
