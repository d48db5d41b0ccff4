using System.Diagnostics;
using AccessBroker.Crash.Writer;
using AccessBroker.Storage;
using AccessBroker.Testing.PostgreSql;
using Microsoft.EntityFrameworkCore;

namespace AccessBroker.Crash.Tests;

/// <summary>As the restricted account, on a server of its own: in every third life the database dies too, and the writer sees it come back.</summary>
public sealed class PostgreSqlCrashTests(ITestOutputHelper output) : CrashSuite(output)
{
    private PostgreSqlServer? _server;
    private int _stops;

    protected override string Provider => nameof(StorageProvider.PostgreSql);

    protected override string Besides => $", {_stops} immediate stops of the database";

    protected override async Task<string> CreateDatabaseAsync()
    {
        Assert.SkipUnless(PostgreSqlServer.IsInstalled, "PostgreSQL is not installed (apt-get install postgresql).");
        const string Database = "crash";
        _server = PostgreSqlServer.Start();
        await _server.ExecuteAsync("postgres", $"CREATE DATABASE {Database}");
        await BrokerRoles.ApplyAsync(_server, Database);
        await using (var context = new PostgreSqlBrokerDbContext(
            new DbContextOptionsBuilder<PostgreSqlBrokerDbContext>().UseNpgsql(_server.ConnectionString(Database, BrokerRoles.Owner)).Options))
            await context.Database.MigrateAsync();
        await BrokerRoles.ApplyAsync(_server, Database);
        return _server.ConnectionString(Database, BrokerRoles.Broker);
    }

    /// <summary>One log, whoever writes: no fork, no gap, nothing lost, and each checkpoint that anybody published holds.</summary>
    [Fact]
    public async Task Append_FourProcessesAtOnce_OneLogWithoutForkOrGapAndNothingIsLost()
    {
        const int Processes = 4, Entries = 10_000;
        var settings = await SettingsAsync();
        var started = Stopwatch.StartNew();
        List<WriterProcess> writers = [];
        for (var i = 0; i < Processes; i++)
        {
            writers.Add(WriterProcess.Start([.. settings, $"--Append={Entries}"], Promised));
            if (i == 0)
                await writers[0].ReadyAsync(); // it makes the keys' file
        }
        await Task.WhenAll(writers.Select(w => w.ReadyAsync()));
        var appending = started.Elapsed;
        await Task.WhenAll(writers.Select(w => w.RunToItsEndAsync()));
        appending = started.Elapsed - appending;
        writers.ForEach(w => w.Dispose());

        Assert.Equal(Processes * Entries, Promised.Entries.Count);
        using var host = await BrokerHost.StartAsync(settings);
        var counts = await new LogCheck(host.Services, Promised, Folder).RunAsync(killed: false);
        await host.StopAsync();
        Say($"counts: {Processes} processes appended {Entries} entries each to one PostgreSQL in {appending.TotalSeconds:0} s. {counts}");
    }

    private protected override async Task LiveAsync(WriterProcess writer, int kill)
    {
        await base.LiveAsync(writer, kill);
        if (kill % 3 != 1)
            return;
        _server!.StopAtOnce();
        _stops++;
        await Task.Delay(Between(0, 800));
        _server.StartAgain();
        if (kill % 7 != 0)
            await writer.PromisesAsync(Between(0, 200)); // it goes on by itself
        // Only where it was still coming up without its database may it have ended by itself.
        Assert.True(writer.IsAlive || kill % 7 == 0, "The writer ended when its database did.");
    }

    public override void Dispose()
    {
        _server?.Dispose();
        base.Dispose();
    }
}
