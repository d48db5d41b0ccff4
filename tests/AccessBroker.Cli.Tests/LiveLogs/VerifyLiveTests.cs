using System.Text.Json;

namespace AccessBroker.Cli.Tests;

/// <summary><c>accessbroker verify http://…</c> against real servers, honest and lying.</summary>
public sealed class VerifyLiveTests
{
    private const int Before = 700, More = 1500; // both end within a tile

    [Fact]
    public async Task Verify_HonestServer_RebuildsTheRootAndSaysWhatIsNotProved()
    {
        using var server = new LogServer(Before);
        using var host = new TestHost { OnTerminal = true };
        var saved = Path.Combine(host.Folder, "checkpoint");

        Assert.Equal(0, await host.RunAsync("verify", server.Address, "--key", server.Key.ToString(), "--save", saved));

        Assert.Contains("VERIFIED", host.Out, StringComparison.Ordinal);
        Assert.Contains("700 leaf hashes that the server shows (index 0 to 699, 3 tiles) have the signed root", host.Out, StringComparison.Ordinal);
        Assert.Contains("one customer's trail", host.Out, StringComparison.Ordinal);
        Assert.Contains("Unwitnessed", host.Out, StringComparison.Ordinal);
        Assert.Equal(["/log/checkpoint", "/log/tile/0/000", "/log/tile/0/001", "/log/tile/0/002.p/188"], server.Asked.Order());
        Assert.Contains("lying.example/log\n700\n", await File.ReadAllTextAsync(saved, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_SinceCheckpoint_FetchesOnlyTheTilesOnTheWayAndKeepsTheNewOne()
    {
        using var server = new LogServer(70_000);
        using var host = new TestHost();
        var kept = Path.Combine(host.Folder, "kept");
        await File.WriteAllBytesAsync(kept, server.Note(), TestContext.Current.CancellationToken);
        server.Grow(More);

        Assert.Equal(0, await host.RunAsync("verify", server.Address, "--key", server.Key.ToString(), "--since", kept, "--save", kept));

        Assert.InRange(server.Asked.Count, 2, 12); // of 280 tiles
        Assert.Contains("none of the first 70000 entries was changed, dropped or reordered, and 1500 came after them (up to index 71499)", host.Out, StringComparison.Ordinal);
        Assert.Equal(0, await host.RunAsync("verify", server.Address, "--key", server.Key.ToString(), "--since", kept));
        Assert.Contains("nothing was added since", host.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_OneTile_IsOneTile()
    {
        using var server = new LogServer(20);
        using var host = new TestHost { OnTerminal = true };

        Assert.Equal(0, await host.RunAsync("verify", server.Address, "--key", server.Key.ToString()));

        Assert.Contains("(index 0 to 19, 1 tile) have", host.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_EverySize_ContinuesAndRebuilds()
    {
        foreach (var size in new[] { 1, 2, 255, 256, 257, 512, 1000 })
        {
            using var server = new LogServer(size);
            using var host = new TestHost();
            var kept = Path.Combine(host.Folder, "kept");
            await File.WriteAllBytesAsync(kept, server.Note(), TestContext.Current.CancellationToken);
            Assert.Equal(0, await host.RunAsync("verify", server.Address, "--key", server.Key.ToString()));
            foreach (var more in new[] { 1, 255, 256, 300 })
            {
                server.Grow(more);
                Assert.Equal(0, await host.RunAsync("verify", server.Address, "--key", server.Key.ToString(), "--since", kept));
            }
        }
    }

    /// <summary>What the server does, whether a kept checkpoint is given, and what the verdict says of it.</summary>
    public static TheoryData<string, bool, string> Lies => new()
    {
        { "tile changed", false, "has not the root that was signed" },
        { "root of another history", false, "has not the root that was signed" },
        { "unsigned checkpoint", false, "no signature" },
        { "another key", false, "rotated, or this is forged" },
        { "no checkpoint", false, "the server has none" },
        { "checkpoint huge", false, "more than the 65536 bytes" },
        { "tile missing", false, "answers 404" },
        { "tile refused", false, "answers 500" },
        { "tile elsewhere", false, "answers 302" },
        { "tile short", false, "cut off" },
        { "tile breaks off", false, "broke off" },
        { "tile huge", false, "more than the 8192 bytes" },
        { "tile slow", false, "did not come whole within 1 s" },
        { "checkpoint drips", false, "did not come whole within 1 s" },
        { "rolled back", true, "the log was rolled back" },
        { "same size, other root", true, "two histories" },
        { "fork", true, "does not continue the one you kept" },
        { "tile changed", true, "does not continue the one you kept" },
        { "tile missing", true, "answers 404" },
        { "kept by another key", true, "pinned checkpoint signature" },
    };

    [Theory]
    [MemberData(nameof(Lies))]
    public async Task Verify_LyingServer_Exit9WithASentence(string lie, bool since, string sentence)
    {
        using var server = new LogServer(Before);
        using var other = new LogServer(Before);
        using var host = new TestHost();
        var (kept, save) = (Path.Combine(host.Folder, "kept"), Path.Combine(host.Folder, "saved"));
        await File.WriteAllBytesAsync(kept, lie == "kept by another key" ? other.Note() : server.Note(), TestContext.Current.CancellationToken);
        if (since && lie != "rolled back" && lie != "same size, other root")
            server.Grow(More);
        Lie(server, other, lie);

        var code = await host.RunAsync(["verify", server.Address, "--key", server.Key.ToString(), "--timeout", "1s", "--save", save, .. since ? new[] { "--since", kept } : []]);

        Assert.Equal(9, code);
        Assert.Contains(sentence, JsonDocument.Parse(host.Error.Split('\n')[^2]).RootElement.ToString(), StringComparison.Ordinal);
        Assert.Contains("\"verified\":false", host.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", host.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(save), "a checkpoint that was not verified was kept");
    }

    [Fact]
    public async Task Verify_NobodyAnswers_Exit1Unreachable()
    {
        using var server = new LogServer(1);
        var (address, key) = (server.Address, server.Key.ToString());
        server.Dispose();
        using var host = new TestHost();

        Assert.Equal(1, await host.RunAsync("verify", address, "--key", key));
        Assert.Contains("unreachable", host.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--trail", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "nothing of one trail")]
    [InlineData("--max-age", "1h", "--policy")]
    [InlineData("--since", "/nowhere/checkpoint", "--save")]
    public async Task Verify_WhatAServerCannotAnswer_IsUsageNotIgnored(string option, string value, string sentence)
    {
        using var server = new LogServer(1);
        using var host = new TestHost();

        Assert.Equal(64, await host.RunAsync("verify", server.Address, "--key", server.Key.ToString(), option, value));
        Assert.Contains(sentence, host.Error, StringComparison.Ordinal);
        Assert.Empty(server.Asked);
    }

    [Fact]
    public async Task Verify_TakesLong_ProgressOnStderrAndNotOnStdout()
    {
        using var server = new LogServer(256 * 30);
        server.Lie = async (context, path, honest) =>
        {
            await Task.Delay(path.Contains("/tile/", StringComparison.Ordinal) ? 800 : 0);
            return await LogServer.AnswerAsync(context, honest);
        };
        using var host = new TestHost();

        Assert.Equal(0, await host.RunAsync("verify", server.Address, "--key", server.Key.ToString()));
        Assert.Contains("Fetching tiles: ", host.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Fetching", host.Out, StringComparison.Ordinal);
    }

    private static void Lie(LogServer server, LogServer other, string lie)
    {
        var root = new byte[32];
        server.Lie = (context, path, honest) => (lie, path.Contains("/tile/", StringComparison.Ordinal)) switch
        {
            ("tile changed", true) => LogServer.AnswerAsync(context, [(byte)(honest[0] ^ 1), .. honest[1..]]),
            ("root of another history", false) => LogServer.AnswerAsync(context, server.Note(root: root)),
            ("same size, other root", false) => LogServer.AnswerAsync(context, server.Note(root: root)),
            ("unsigned checkpoint", false) => LogServer.AnswerAsync(context, honest[..(honest.AsSpan().IndexOf("\n\n"u8) + 2)]),
            ("another key", false) => LogServer.AnswerAsync(context, other.Note()),
            ("no checkpoint", false) or ("tile missing", true) => LogServer.AnswerAsync(context, [], 404),
            ("tile refused", true) => LogServer.AnswerAsync(context, "<html>"u8.ToArray(), 500),
            ("tile elsewhere", true) => ElsewhereAsync(context),
            ("tile short", true) => LogServer.AnswerAsync(context, honest[..^32]),
            ("tile breaks off", true) => BreakOffAsync(context, honest),
            ("tile huge", true) or ("checkpoint huge", false) => FloodAsync(context),
            ("tile slow", true) => SlowAsync(context, honest, 3000, honest.Length),
            ("checkpoint drips", false) => SlowAsync(context, honest, 200, 1),
            ("rolled back", false) => LogServer.AnswerAsync(context, server.Note(Before - 1)),
            _ => Task.FromResult(false),
        };
        if (lie == "fork")
            server.Rewrite(3);
    }

    private static async Task<bool> ElsewhereAsync(System.Net.HttpListenerContext context)
    {
        context.Response.RedirectLocation = "http://127.0.0.1:1/";
        return await LogServer.AnswerAsync(context, [], 302);
    }

    private static async Task<bool> BreakOffAsync(System.Net.HttpListenerContext context, byte[] honest)
    {
        context.Response.ContentLength64 = honest.Length;
        await context.Response.OutputStream.WriteAsync(honest.AsMemory(0, 100));
        await context.Response.OutputStream.FlushAsync();
        context.Response.Abort();
        return true;
    }

    private static async Task<bool> FloodAsync(System.Net.HttpListenerContext context)
    {
        context.Response.SendChunked = true;
        for (var i = 0; i < 100_000; i++)
            await context.Response.OutputStream.WriteAsync(new byte[16 * 1024]);
        return true;
    }

    private static async Task<bool> SlowAsync(System.Net.HttpListenerContext context, byte[] honest, int delay, int step)
    {
        context.Response.ContentLength64 = honest.Length;
        for (var at = 0; at < honest.Length; at += step)
        {
            await Task.Delay(delay);
            await context.Response.OutputStream.WriteAsync(honest.AsMemory(at, step));
            await context.Response.OutputStream.FlushAsync();
        }
        context.Response.Close();
        return true;
    }
}
