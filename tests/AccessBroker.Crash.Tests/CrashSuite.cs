using System.Diagnostics;
using System.Globalization;
using AccessBroker.Crash.Writer;

namespace AccessBroker.Crash.Tests;

/// <summary>
/// Kills the broker's log at random points under load, again and again on one database, and then asks whether everything that it
/// ever acknowledged is there. Seed and counts are printed, so that a failure can be told and tried again.
/// </summary>
public abstract class CrashSuite(ITestOutputHelper output) : IDisposable
{
    private readonly Random _random = new(CrashSettings.Seed);
    private protected Promises Promised { get; } = new();

    protected string Folder { get; } = Directory.CreateTempSubdirectory("accessbroker-crash-").FullName;

    protected abstract string Provider { get; }

    /// <summary>Makes an empty database with this version's schema.</summary>
    protected abstract Task<string> CreateDatabaseAsync();

    [Fact]
    public async Task Kill_AtRandomPointsUnderLoad_NothingAcknowledgedIsLost()
    {
        var settings = await SettingsAsync();
        Console.WriteLine($"{Provider}: {CrashSettings.Kills} kills, seed {CrashSettings.Seed}");
        var started = Stopwatch.StartNew();
        for (var kill = 0; kill < CrashSettings.Kills; kill++)
        {
            using var writer = WriterProcess.Start(settings, Promised);
            await LiveAsync(writer, kill);
            var said = await writer.KillAsync();
            Assert.DoesNotContain("[1020]", said, StringComparison.Ordinal); // what is stored is not what was signed
        }

        using var host = await BrokerHost.StartAsync(settings);
        var counts = await new LogCheck(host.Services, Promised, Folder).RunAsync(killed: true);
        await host.StopAsync();
        Say(string.Create(CultureInfo.InvariantCulture, $"counts: {Provider}: {CrashSettings.Kills} kills{Besides} in {started.Elapsed.TotalSeconds:0} s. {counts}"));
    }

    /// <summary>An empty database and its keys, as a writer takes them.</summary>
    protected async Task<string[]> SettingsAsync() =>
    [
        $"--Storage:Provider={Provider}", $"--Storage:ConnectionString={await CreateDatabaseAsync()}",
        $"--Keys:Folder={Path.Combine(Folder, "keys")}", "--Log:Origin=test.example/log",
    ];

    /// <summary>
    /// One life, up to the moment before its end. Most are measured by what the writer got done, so that a slow machine kills under
    /// load too, and every fourth sees a checkpoint published. One in seven ends before the writer came up: while it claims its number,
    /// or closes what the last one left open.
    /// </summary>
    private protected virtual async Task LiveAsync(WriterProcess writer, int kill)
    {
        if (kill > 0 && kill % 7 == 0)
        {
            await Task.Delay(Between(50, 1200));
            return;
        }
        await writer.ReadyAsync();
        if (kill % 4 == 0)
            await writer.PromisesAsync(1, Promises.IsCheckpoint);
        await writer.PromisesAsync(Between(0, 300));
        await Task.Delay(Between(0, 20));
    }

    /// <summary>To the console, for whoever waits at it, and into the report.</summary>
    protected void Say(string counts)
    {
        Console.WriteLine(counts);
        output.WriteLine(counts);
    }

    protected int Between(int from, int to) => _random.Next(from, to);

    /// <summary>What else was done to the database, for the counts.</summary>
    protected virtual string Besides => "";

    public virtual void Dispose()
    {
        GC.SuppressFinalize(this);
        Directory.Delete(Folder, recursive: true);
    }
}
