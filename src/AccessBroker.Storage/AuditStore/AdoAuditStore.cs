using System.Data;
using System.Data.Common;
using System.Globalization;
using System.Text;
using AccessBroker.Audit;
using AccessBroker.Evidence;

namespace AccessBroker.Storage;

/// <summary>
/// The append path as plain SQL, the same on all three databases but for one statement. Two round trips: lock and read,
/// then write (and commit). No lock hints beyond the first UPDATE of audit_head.
/// </summary>
internal abstract class AdoAuditStore : IAuditStore, IDisposable
{
    /// <summary>The committer's connection between two commits: opening one costs as much as a small commit. Dropped after any failure.</summary>
    private DbConnection? _idle;

    /// <summary>Adds <c>@n</c> to the head's size and returns size after, frontier, time: each database has its own word for that.</summary>
    protected abstract string ReserveSql { get; }

    /// <summary>An open connection; null-returning drivers do not exist here, failures throw.</summary>
    protected abstract DbConnection Open();

    /// <summary>Begins a write transaction, waiting for another writer no longer than an append may take.</summary>
    protected virtual DbTransaction BeginWrite(DbConnection connection) => connection.BeginTransaction(IsolationLevel.ReadCommitted);

    public abstract Task RequireDurabilityAsync(CancellationToken cancellationToken);

    public abstract Task<DateTimeOffset?> ReadClockAsync(CancellationToken cancellationToken);

    public IAuditTransaction Begin()
    {
        var connection = Interlocked.Exchange(ref _idle, null) ?? Open();
        try
        {
            return new Append(this, connection, BeginWrite(connection), owned: true);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public IAuditTransaction Join(DbTransaction transaction) =>
        new Append(this, transaction.Connection ?? throw new InvalidOperationException("The transaction has ended."), transaction, owned: false);

    /// <remarks>Under the head lock: a commit whose connection broke may still be on its way, and holds that lock until it is decided.</remarks>
    public bool WasCommitted(long firstIndex, ReadOnlySpan<byte> headers)
    {
        using var connection = Open();
        using var transaction = BeginWrite(connection);
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = "UPDATE audit_head SET size = size WHERE id = 1; SELECT headers FROM audit_bundle WHERE first_idx = @first";
        Add(command, "@first", firstIndex);
        return command.ExecuteScalar() is byte[] stored && stored.AsSpan().SequenceEqual(headers);
    }

    public virtual void Dispose()
    {
        Interlocked.Exchange(ref _idle, null)?.Dispose();
        GC.SuppressFinalize(this);
    }

    private void Keep(DbConnection connection) => Interlocked.Exchange(ref _idle, connection)?.Dispose();

    private static void Add(DbCommand command, string name, object value)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = name;
        parameter.Value = value;
        command.Parameters.Add(parameter);
    }

    private sealed class Append(AdoAuditStore store, DbConnection connection, DbTransaction transaction, bool owned) : IAuditTransaction
    {
        private bool _committed;

        public LockedHead Lock(int count, int node, IReadOnlyCollection<Hash32>? trails)
        {
            using var command = NewCommand();
            var sql = new StringBuilder(store.ReserveSql).Append("; SELECT boot FROM audit_node WHERE node = @node; SELECT trail, count, head FROM audit_trail");
            Add(command, "@n", (long)count);
            Add(command, "@node", node);
            if (trails is not null)
                AppendFilter(command, sql, trails);
            command.CommandText = sql.ToString();

            using var reader = command.ExecuteReader();
            if (!reader.Read())
                throw new InvalidDataException("audit_head has no row: this database is not the broker's, or someone emptied it.");
            var (size, frontier, time) = (reader.GetInt64(0) - count, (byte[])reader[1], reader.GetInt64(2));
            reader.NextResult();
            var boot = reader.Read() ? reader.GetInt32(0) : -1;
            reader.NextResult();
            var found = new Dictionary<Hash32, TrailHead>();
            while (reader.Read())
            {
                var head = new TrailHead(new Hash32((byte[])reader[0]), reader.GetInt64(1), new Hash32((byte[])reader[2]));
                found[head.Trail] = head;
            }
            return new LockedHead(size, frontier, time, boot, found);
        }

        public int ReadBoot(int node)
        {
            using var command = NewCommand();
            command.CommandText = "SELECT boot FROM audit_node WHERE node = @node";
            Add(command, "@node", node);
            return Convert.ToInt32(command.ExecuteScalar() ?? -1, CultureInfo.InvariantCulture);
        }

        public void Write(Bundle bundle, byte[] frontier, long time, IReadOnlyCollection<TrailHead> changedTrails)
        {
            using var command = NewCommand();
            var sql = new StringBuilder(
                "INSERT INTO audit_bundle (first_idx, count, headers, bodies) VALUES (@first, @count, @headers, @bodies); " +
                "UPDATE audit_head SET frontier = @frontier, time = @time WHERE id = 1");
            Add(command, "@first", bundle.FirstIndex);
            Add(command, "@count", bundle.Count);
            Add(command, "@headers", bundle.Headers);
            Add(command, "@bodies", bundle.Bodies);
            Add(command, "@frontier", frontier);
            Add(command, "@time", time);
            var i = 0;
            foreach (var trail in changedTrails)
            {
                sql.Append(CultureInfo.InvariantCulture, $"; {(trail.IsNew ? InsertTrail(i) : UpdateTrail(i))}");
                Add(command, $"@t{i}", trail.Trail.ToArray());
                Add(command, $"@c{i}", trail.Count);
                Add(command, $"@h{i}", trail.Head.ToArray());
                i++;
            }
            command.CommandText = sql.ToString();
            command.ExecuteNonQuery();
        }

        public void Commit()
        {
            transaction.Commit();
            _committed = true;
        }

        public void Dispose()
        {
            if (!owned)
                return;
            transaction.Dispose();
            if (_committed)
                store.Keep(connection);
            else
                connection.Dispose();
        }

        private static string InsertTrail(int i) =>
            string.Create(CultureInfo.InvariantCulture, $"INSERT INTO audit_trail (trail, count, head) VALUES (@t{i}, @c{i}, @h{i})");

        private static string UpdateTrail(int i) =>
            string.Create(CultureInfo.InvariantCulture, $"UPDATE audit_trail SET count = @c{i}, head = @h{i} WHERE trail = @t{i}");

        private static void AppendFilter(DbCommand command, StringBuilder sql, IReadOnlyCollection<Hash32> trails)
        {
            var names = new List<string>(trails.Count);
            foreach (var trail in trails)
            {
                var name = string.Create(CultureInfo.InvariantCulture, $"@t{names.Count}");
                names.Add(name);
                Add(command, name, trail.ToArray());
            }
            sql.Append(" WHERE trail IN (").AppendJoin(',', names).Append(')');
        }

        private DbCommand NewCommand()
        {
            var command = connection.CreateCommand();
            command.Transaction = transaction;
            return command;
        }
    }
}
