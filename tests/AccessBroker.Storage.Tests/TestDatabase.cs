using System.Data.Common;
using AccessBroker.Testing.PostgreSql;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace AccessBroker.Storage.Tests;

/// <summary>An empty database of one provider in a folder of its own; gone when disposed.</summary>
public abstract class TestDatabase : IAsyncDisposable
{
    public abstract StorageProvider Provider { get; }

    /// <summary>As the account that the broker uses.</summary>
    public abstract string ConnectionString { get; }

    public string Folder { get; } = Directory.CreateTempSubdirectory("accessbroker-").FullName;

    /// <summary>As the account that takes bodies out, where it is another.</summary>
    public virtual string? ErasureConnectionString => null;

    /// <summary>Of whoever owns the tables, and so can do anything to them but what triggers refuse; not open yet.</summary>
    public abstract DbConnection ConnectAsOwner();

    /// <summary>Of whoever may take bodies out.</summary>
    public virtual DbConnection ConnectAsEraser() => ConnectAsOwner();

    /// <summary>Keeps a copy of the database as it is now. No node may run.</summary>
    public abstract Task BackUpAsync();

    /// <summary>Puts that copy back in its place. No node may run.</summary>
    public abstract Task RestoreAsync();

    public Task ExecuteAsOwnerAsync(string sql) => ExecuteAsync(ConnectAsOwner(), sql);

    protected static async Task ExecuteAsync(DbConnection closed, string sql)
    {
        await using var connection = closed;
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        Directory.Delete(Folder, recursive: true);
        return ValueTask.CompletedTask;
    }
}

public sealed class SqliteDatabase : TestDatabase
{
    public override StorageProvider Provider => StorageProvider.Sqlite;

    public override string ConnectionString => $"Data Source={Path.Combine(Folder, "broker.db")}";

    public override DbConnection ConnectAsOwner() => new SqliteConnection(ConnectionString);

    public override Task BackUpAsync()
    {
        Copy("broker.db", "backup.db");
        return Task.CompletedTask;
    }

    public override Task RestoreAsync()
    {
        SqliteConnection.ClearAllPools();
        foreach (var file in Directory.GetFiles(Folder, "broker.db*"))
            File.Delete(file);
        Copy("backup.db", "broker.db");
        return Task.CompletedTask;
    }

    /// <summary>By SQLite's own means, the write-ahead log included.</summary>
    private void Copy(string from, string to)
    {
        using var source = new SqliteConnection($"Data Source={Path.Combine(Folder, from)};Pooling=False");
        using var target = new SqliteConnection($"Data Source={Path.Combine(Folder, to)};Pooling=False");
        source.Open();
        target.Open();
        source.BackupDatabase(target);
    }

    public override ValueTask DisposeAsync()
    {
        SqliteConnection.ClearAllPools();
        return base.DisposeAsync();
    }
}

/// <summary>A database on this process' PostgreSQL server, migrated by its owner; the broker's account may do what the administrator's script gives it.</summary>
public sealed class PostgreSqlDatabase : TestDatabase
{
    private readonly string _name;

    private PostgreSqlDatabase(string name) => _name = name;

    public override StorageProvider Provider => StorageProvider.PostgreSql;

    public override string ConnectionString => As(BrokerRoles.Broker);

    public override string? ErasureConnectionString => As(BrokerRoles.Eraser);

    public static async Task<PostgreSqlDatabase> CreateAsync()
    {
        Assert.SkipUnless(PostgreSqlServer.IsInstalled, "PostgreSQL is not installed (apt-get install postgresql).");
        var database = new PostgreSqlDatabase($"t{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):N}");
        await PostgreSqlServer.Shared.ExecuteAsync("postgres", $"CREATE DATABASE {database._name}");
        await BrokerRoles.ApplyAsync(PostgreSqlServer.Shared, database._name);
        await using (var context = database.Context(BrokerRoles.Owner))
            await context.Database.MigrateAsync();
        await BrokerRoles.ApplyAsync(PostgreSqlServer.Shared, database._name);
        return database;
    }

    public override Task BackUpAsync() => ReplaceAsync(Backup, _name);

    public override Task RestoreAsync() => ReplaceAsync(_name, Backup);

    public string As(string role) => PostgreSqlServer.Shared.ConnectionString(_name, role);

    public override DbConnection ConnectAsOwner() => new NpgsqlConnection(As(BrokerRoles.Owner));

    public override DbConnection ConnectAsEraser() => new NpgsqlConnection(As(BrokerRoles.Eraser));

    public override ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools(); // the server has a hundred connections for all tests
        return base.DisposeAsync();
    }

    public Task ExecuteAsAsync(string role, string sql) => ExecuteAsync(new NpgsqlConnection(As(role)), sql);

    private string Backup => _name + "_backup";

    private static async Task ReplaceAsync(string database, string template)
    {
        NpgsqlConnection.ClearAllPools(); // nobody may be connected to either
        await PostgreSqlServer.Shared.ExecuteAsync("postgres", $"DROP DATABASE IF EXISTS {database} WITH (FORCE)");
        await PostgreSqlServer.Shared.ExecuteAsync("postgres", $"CREATE DATABASE {database} TEMPLATE {template}");
        await BrokerRoles.ApplyAsync(PostgreSqlServer.Shared, database);
    }

    private PostgreSqlBrokerDbContext Context(string role) =>
        new(new DbContextOptionsBuilder<PostgreSqlBrokerDbContext>().UseNpgsql(As(role)).Options);
}
