namespace AccessBroker.Cli.Tests;

public sealed class CliHostTests
{
    [Theory]
    [InlineData("y\n", true), InlineData("yes\n", true), InlineData("n\n", false), InlineData("\n", false), InlineData("", false)]
    public void Confirms_OnATerminal_OnlyYesIsYes(string typed, bool expected)
    {
        using var test = new TestHost { OnTerminal = true, Typed = typed };
        Assert.Equal(expected, test.Host.Confirms("Approve this?"));
        Assert.Contains("Approve this? [y/N]", test.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Confirms_InAScript_AsksNobody()
    {
        using var test = new TestHost();
        Assert.True(test.Host.Confirms("Approve this?"));
        Assert.Equal("", test.Error);
    }
}
