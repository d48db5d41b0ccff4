namespace AccessBroker.Server.Tests.Keys;

/// <summary>A verb's options stand among the server's settings.</summary>
public sealed class VerbOptionsTests
{
    [Fact]
    public void Options_AmongSettings_AreToldApart()
    {
        var options = new VerbOptions(["--overlap", "1.00:00:00", "--Log:Origin", "a/log", "--again", "--to=file", "--Storage:ConnectionString=Data Source=x", "--HELPDESK_URL=y", "--urls=z"]);

        Assert.Equal(["--Log:Origin", "a/log", "--Storage:ConnectionString=Data Source=x", "--HELPDESK_URL=y", "--urls=z"], options.Settings);
        Assert.Equal(TimeSpan.FromDays(1), options.Duration("overlap"));
        Assert.True(options.Flag("again"));
        Assert.False(options.Flag("all"));
        Assert.Equal("file", options.Value("to"));
        options.RequireAllRead();
    }

    [Theory]
    [InlineData("--overlap")]
    [InlineData("--overlap=-1.00:00:00")]
    [InlineData("--overlap=30 days")]
    public void Duration_ThatIsNone_IsRefused(string argument) => Assert.Throws<VerbOptionException>(() => new VerbOptions([argument]).Duration("overlap"));

    [Fact]
    public void RequireAllRead_AMistypedOption_IsRefused() =>
        Assert.Contains("--overlp", Assert.Throws<VerbOptionException>(() => new VerbOptions(["--overlp", "1.00:00:00"]).RequireAllRead()).Message, StringComparison.Ordinal);
}
