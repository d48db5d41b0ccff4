using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;

namespace AccessBroker.Storage.Tests;

/// <summary>One round trip: its text and the names of its parameters.</summary>
internal sealed record SentSql(string Sql, IReadOnlyList<string> Parameters);

/// <summary>
/// Keeps what would go to a server, and answers as an empty log does. For the text of SQL alone: what a database does with it is
/// tested on databases.
/// </summary>
internal sealed class RecordingTransaction : DbTransaction
{
    private readonly RecordingConnection _connection;

    public RecordingTransaction() => _connection = new RecordingConnection(this);

    public List<SentSql> Sent { get; } = [];

    public override IsolationLevel IsolationLevel => IsolationLevel.ReadCommitted;

    protected override DbConnection DbConnection => _connection;

    public override void Commit() { }

    public override void Rollback() { }
}

internal sealed class RecordingConnection(RecordingTransaction transaction) : DbConnection
{
    [AllowNull]
    public override string ConnectionString { get; set; } = "";

    public override string Database => "";

    public override string DataSource => "";

    public override string ServerVersion => "16.0";

    public override ConnectionState State => ConnectionState.Open;

    public override void ChangeDatabase(string databaseName) { }

    public override void Close() { }

    public override void Open() { }

    protected override DbTransaction BeginDbTransaction(IsolationLevel isolationLevel) => transaction;

    protected override DbCommand CreateDbCommand() => new RecordingCommand(transaction, this);
}

internal sealed class RecordingCommand(RecordingTransaction transaction, RecordingConnection connection) : DbCommand
{
    // Microsoft's own collection, so that a parameter's type that its driver does not know fails here too.
    private readonly Microsoft.Data.SqlClient.SqlCommand _parameters = new();

    [AllowNull]
    public override string CommandText { get; set; } = "";

    public override int CommandTimeout { get; set; }

    public override CommandType CommandType { get; set; } = CommandType.Text;

    public override bool DesignTimeVisible { get; set; }

    public override UpdateRowSource UpdatedRowSource { get; set; }

    protected override DbConnection? DbConnection { get; set; } = connection;

    protected override DbParameterCollection DbParameterCollection => _parameters.Parameters;

    protected override DbTransaction? DbTransaction { get; set; } = transaction;

    public override void Cancel() { }

    public override void Prepare() { }

    public override int ExecuteNonQuery()
    {
        Record();
        return 1;
    }

    public override object? ExecuteScalar()
    {
        Record();
        return null;
    }

    protected override DbParameter CreateDbParameter() => _parameters.CreateParameter();

    protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior)
    {
        Record();
        return new DataTableReader([Head(), Table(("boot", typeof(int))), Table(("trail", typeof(byte[])), ("count", typeof(long)), ("head", typeof(byte[])))]);
    }

    protected override void Dispose(bool disposing)
    {
        _parameters.Dispose();
        base.Dispose(disposing);
    }

    private void Record() => transaction.Sent.Add(new SentSql(CommandText, [.. _parameters.Parameters.Cast<DbParameter>().Select(p => p.ParameterName)]));

    private static DataTable Head()
    {
        var table = Table(("size", typeof(long)), ("frontier", typeof(byte[])), ("time", typeof(long)));
        table.Rows.Add(3L, Array.Empty<byte>(), 0L);
        return table;
    }

    private static DataTable Table(params (string Name, Type Type)[] columns)
    {
        var table = new DataTable();
        foreach (var (name, type) in columns)
            table.Columns.Add(name, type);
        return table;
    }
}
