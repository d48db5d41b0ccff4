using AccessBroker.Storage;
using AccessBroker.Testing.PostgreSql;
using Microsoft.EntityFrameworkCore;

namespace AccessBroker.Crash.Tests;

/// <summary>As the restricted account, on a server of its own: in every third life the database dies too, and the writer sees it come back.</summary>
public sealed class PostgreSqlCrashTests : CrashSuite
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
