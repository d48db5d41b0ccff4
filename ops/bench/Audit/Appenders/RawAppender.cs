using System.Data.Common;
using System.Security.Cryptography;
using System.Threading.Channels;

namespace Bench.Audit;

/// <summary>
/// The limit: the same bytes in the same batches by one thread, one row a commit, without hashing, chaining, sealing or projection.
/// </summary>
internal sealed class RawAppender : IAppender
{
    private const int HeaderSize = 160, MostEntries = 4096;
    private static readonly byte[] Noise = RandomNumberGenerator.GetBytes((HeaderSize + Payload.SealedLength) * MostEntries);

    private readonly DbConnection _connection;
    private readonly bool _blobs;
    private readonly Channel<TaskCompletionSource> _waiting = Channel.CreateUnbounded<TaskCompletionSource>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Thread _thread;
    private long _next;

    public RawAppender(string name, string provider, string connectionString)
    {
        Name = name;
        _blobs = provider == "Sqlite";
        _connection = Databases.Open(provider, connectionString);
        Databases.Execute(_connection, _blobs
            ? "CREATE TABLE raw_bundle (first_idx INTEGER PRIMARY KEY, count INTEGER NOT NULL, headers BLOB NOT NULL, bodies BLOB NOT NULL)"
            : "CREATE TABLE raw_bundle (first_idx bigint PRIMARY KEY, count int NOT NULL, headers bytea NOT NULL, bodies bytea NOT NULL); "
              + "ALTER TABLE raw_bundle ALTER COLUMN headers SET STORAGE EXTERNAL, ALTER COLUMN bodies SET STORAGE EXTERNAL");
        _thread = new Thread(Run) { IsBackground = true, Name = "raw committer" };
        _thread.Start();
    }

    public string Name { get; }

    public async ValueTask AppendAsync(int caller)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting.Writer.TryWrite(done);
        await done.Task;
    }

    public Task<long> CountAsync() => Task.FromResult(Volatile.Read(ref _next));

    public ValueTask DisposeAsync()
    {
        _waiting.Writer.Complete();
        _thread.Join();
        _connection.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Run()
    {
        var batch = new List<TaskCompletionSource>();
        while (_waiting.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            while (batch.Count < MostEntries && _waiting.Reader.TryRead(out var one))
                batch.Add(one);
            Commit(batch.Count);
            foreach (var one in batch)
                one.SetResult();
            batch.Clear();
        }
    }

    private void Commit(int count)
    {
        using var transaction = _connection.BeginTransaction();
        using var command = _connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = "INSERT INTO raw_bundle (first_idx, count, headers, bodies) VALUES (@first, @count, @headers, @bodies)";
        Databases.Add(command, "@first", _next);
        Databases.Add(command, "@count", count);
        Databases.Add(command, "@headers", Noise.AsSpan(0, count * HeaderSize).ToArray());
        Databases.Add(command, "@bodies", Noise.AsSpan(count * HeaderSize, count * Payload.SealedLength).ToArray());
        command.ExecuteNonQuery();
        transaction.Commit();
        Volatile.Write(ref _next, _next + count);
    }
}
