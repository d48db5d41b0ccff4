using System.Text.Json;

namespace AccessBroker.Cli.Tests;

public sealed class CommandTreeTests
{
    [Fact]
    public async Task Run_UnknownVerb_IsUsageAndSaysWhereHelpIs()
    {
        using var host = new TestHost();

        var code = await host.RunAsync("reqest");

        Assert.Equal(64, code);
        var error = JsonDocument.Parse(host.Error).RootElement;
        Assert.Equal("usage", error.GetProperty("code").GetString());
        Assert.Equal("accessbroker --help", error.GetProperty("next").GetString());
        Assert.Equal("", host.Out);
    }

    [Fact]
    public async Task Run_MissingOption_NamesItAndTheVerbsHelp()
    {
        using var host = new TestHost();

        var code = await host.RunAsync("request", "create", "--target", "helpdesk");

        Assert.Equal(64, code);
        Assert.Contains("--tenant", host.Error, StringComparison.Ordinal);
        Assert.Contains("accessbroker request create --help", host.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_NobodySignedIn_Exits4OnEveryVerbThatNeedsSomebody()
    {
        string[][] verbs =
        [
            ["whoami"], ["request", "list"], ["grant", "list"], ["session", "list"], ["curl", "helpdesk", "/x"], ["audit", "search", "actor:dana"],
            ["audit", "export", "--tenant", "acme", "--out", "x"], ["audit", "checkpoint"],
        ];
        foreach (var verb in verbs)
        {
            using var host = new TestHost();
            Assert.Equal(4, await host.RunAsync(verb));
            Assert.Contains("accessbroker login", host.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Run_ServerDown_SaysWhichAddressDoesNotAnswer()
    {
        using var host = new TestHost();

        var code = await host.RunAsync("login", "--as", "dana", "--server", "http://localhost:1");

        Assert.Equal(1, code);
        Assert.Contains("http://localhost:1 cannot be reached", host.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://broker.example.com", 1, "plain-http")]
    [InlineData("ftp://broker.example.com", 64, "usage")]
    public async Task Run_UnsafeServer_IsRefusedBeforeAnythingIsSent(string server, int code, string problem)
    {
        using var host = new TestHost();

        Assert.Equal(code, await host.RunAsync("login", "--server", server));
        Assert.Equal(problem, JsonDocument.Parse(host.Error).RootElement.GetProperty("code").GetString());
    }

    [Fact]
    public async Task Run_ErrorOnTerminal_IsASentenceWithColourUnlessUnwanted()
    {
        using var coloured = new TestHost { OnTerminal = true };
        using var plain = new TestHost { OnTerminal = true }.With("NO_COLOR", "1");

        await coloured.RunAsync("whoami");
        await plain.RunAsync("whoami");

        Assert.Contains("\e[31m", coloured.Error, StringComparison.Ordinal);
        Assert.StartsWith("error: You are not signed in.", plain.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_Suggest_OffersVerbs()
    {
        using var host = new TestHost();

        Assert.Equal(0, await host.RunAsync("[suggest:8]", "request "));
        Assert.Contains("approve", host.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bash"), InlineData("zsh"), InlineData("fish"), InlineData("pwsh")]
    public async Task Completion_EveryShell_AsksTheProgram(string shell)
    {
        using var host = new TestHost();

        Assert.Equal(0, await host.RunAsync("completion", shell));
        Assert.Contains("[suggest:", host.Out, StringComparison.Ordinal);
    }
}
