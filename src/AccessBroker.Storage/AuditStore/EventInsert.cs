using System.Data.Common;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;

namespace AccessBroker.Storage;

/// <summary>
/// Writes rows of the projection by one statement (PostgreSQL: <see cref="EventArrays"/>). Two rows follow every request through the
/// gateway, and change tracking made each cost more than the request itself.
/// </summary>
internal sealed class EventInsert
{
    private readonly (IProperty Property, RelationalTypeMapping Mapping)[] _columns;
    private readonly string _head;
    private readonly int _rowsPerStatement;

    private EventInsert(BrokerDbContext context)
    {
        var entity = context.Model.FindEntityType(typeof(AuditEventRow))!;
        var table = StoreObjectIdentifier.Create(entity, StoreObjectType.Table)!.Value;
        var sql = context.GetService<ISqlGenerationHelper>();
        _columns = [.. entity.GetProperties().Select(p => (p, p.GetRelationalTypeMapping()))];
        _head = $"INSERT INTO {sql.DelimitIdentifier(table.Name, table.Schema)} ({string.Join(", ", _columns.Select(c => sql.DelimitIdentifier(c.Property.GetColumnName(table)!)))}) VALUES ";

        // SQLite runs in this process, so rows cost no round trips and long statements only cost parsing; SQL Server takes 2,100 parameters
        // and keeps plans by their text.
        _rowsPerStatement = context.Database.ProviderName!.EndsWith("Sqlite", StringComparison.Ordinal) ? 1 : 2000 / _columns.Length;
    }

    /// <summary>All of the rows, in the context's transaction or one of their own.</summary>
    public static async Task RunAsync(BrokerDbContext context, IReadOnlyList<AuditEventRow> rows, CancellationToken cancellationToken)
    {
        var insert = new EventInsert(context);
        await using var own = context.Database.CurrentTransaction is null ? await context.Database.BeginTransactionAsync(cancellationToken) : null;
        var transaction = context.Database.CurrentTransaction!.GetDbTransaction();
        var per = insert._rowsPerStatement;
        var whole = rows.Count - rows.Count % per;
        if (whole > 0)
            await insert.ExecuteAsync(context, transaction, rows, 0, whole, per, cancellationToken);
        if (whole < rows.Count)
            await insert.ExecuteAsync(context, transaction, rows, whole, rows.Count, rows.Count - whole, cancellationToken);
        if (own is not null)
            await own.CommitAsync(cancellationToken);
    }

    private async Task ExecuteAsync(
        BrokerDbContext context, DbTransaction transaction, IReadOnlyList<AuditEventRow> rows, int from, int to, int per, CancellationToken cancellationToken)
    {
        await using var command = context.Database.GetDbConnection().CreateCommand();
        command.Transaction = transaction;
        var sql = new StringBuilder(_head);
        for (var row = 0; row < per; row++)
        {
            sql.Append(row == 0 ? "(" : ", (");
            for (var column = 0; column < _columns.Length; column++)
            {
                var name = $"@p{row * _columns.Length + column}";
                sql.Append(column == 0 ? "" : ", ").Append(name);
                var (property, mapping) = _columns[column];
                command.Parameters.Add(mapping.CreateParameter(command, name, property.GetGetter().GetClrValue(rows[from + row]), property.IsNullable));
            }

            sql.Append(')');
        }

        command.CommandText = sql.ToString();
        for (var at = from; at < to; at += per)
        {
            // The first statement's values stand in the parameters already.
            for (var i = 0; at > from && i < command.Parameters.Count; i++)
            {
                var (property, mapping) = _columns[i % _columns.Length];
                var value = property.GetGetter().GetClrValue(rows[at + i / _columns.Length]);
                command.Parameters[i].Value = (mapping.Converter is { } converter ? converter.ConvertToProvider(value) : value) ?? DBNull.Value;
            }

            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }
}
