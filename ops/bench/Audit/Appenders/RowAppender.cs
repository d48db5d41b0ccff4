using System.Data.Common;
using System.Security.Cryptography;

namespace Bench.Audit;

/// <summary>What people do: each caller its own connection, one INSERT and COMMIT an entry.</summary>
internal sealed class RowAppender : IAppender
{
    private static readonly byte[] Noise = RandomNumberGenerator.GetBytes(160 + Payload.SealedLength);
    private readonly DbConnection _first;
    private readonly DbConnection[] _connections;
    private readonly SemaphoreSlim[] _turns;

    public RowAppender(string name, string provider, string connectionString)
    {
        Name = name;
        _first = Databases.Open(provider, connectionString);
        Databases.Execute(_first, provider == "Sqlite"
            ? "CREATE TABLE row_entry (id INTEGER PRIMARY KEY, entry BLOB NOT NULL)"
            : "CREATE TABLE row_entry (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, entry bytea NOT NULL)");
        // SQLite has one writer, PostgreSQL a hundred connections: callers beyond that take turns, as they do in a pool.
        _connections = [.. Enumerable.Range(0, provider == "Sqlite" ? 1 : 64).Select(_ => Databases.Open(provider, connectionString))];
        _turns = [.. _connections.Select(_ => new SemaphoreSlim(1))];
    }

    public string Name { get; }

    public async ValueTask AppendAsync(int caller)
    {
        var mine = caller % _connections.Length;
        await _turns[mine].WaitAsync();
        try
        {
            await using var command = _connections[mine].CreateCommand();
            command.CommandText = "INSERT INTO row_entry (entry) VALUES (@entry)";
            Databases.Add(command, "@entry", Noise);
            await command.ExecuteNonQueryAsync();
        }
        finally
        {
            _turns[mine].Release();
        }
    }

    public Task<long> CountAsync() => Task.FromResult(Databases.Scalar(_first, "SELECT count(*) FROM row_entry"));

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in _connections.Append(_first))
            await connection.DisposeAsync();
        foreach (var turn in _turns)
            turn.Dispose();
    }
}
