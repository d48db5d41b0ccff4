namespace AccessBroker.Cli.Tests;

public sealed class ProgressLineTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Wait_IsWordsWithoutNumbersThatNobodyKnows(bool onTerminal)
    {
        using var host = new TestHost { OnTerminal = onTerminal };
        var progress = new ProgressLine(host.Host);

        progress.Wait("Waiting for an earlier export …");
        progress.End();

        Assert.Contains("Waiting for an earlier export …", host.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("0", host.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("?", host.Error, StringComparison.Ordinal);
    }
}
