using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace AccessBroker.Storage;

/// <summary>
/// Writes rows of the projection to PostgreSQL as one array a column (<c>INSERT … SELECT FROM unnest</c>): one statement whatever the
/// number of rows, prepared once a connection. With a parameter a cell, binding two thousand of them cost more than the rows.
/// </summary>
internal static class EventArrays
{
    public static async Task RunAsync(BrokerDbContext context, IReadOnlyList<AuditEventRow> rows, CancellationToken cancellationToken)
    {
        var entity = context.Model.FindEntityType(typeof(AuditEventRow))!;
        var table = StoreObjectIdentifier.Create(entity, StoreObjectType.Table)!.Value;
        var sql = context.GetService<ISqlGenerationHelper>();
        List<IProperty> properties = [.. entity.GetProperties()];
        var columns = string.Join(", ", properties.Select(p => sql.DelimitIdentifier(p.GetColumnName(table)!)));
        var arrays = string.Join(", ", properties.Select((p, i) => $"${i + 1}::{p.GetRelationalTypeMapping().StoreTypeNameBase}[]"));

        await context.Database.OpenConnectionAsync(cancellationToken);
        await using var command = (NpgsqlCommand)context.Database.GetDbConnection().CreateCommand();
        command.Transaction = (NpgsqlTransaction?)context.Database.CurrentTransaction?.GetDbTransaction();
        // Made of the model's own names; values are parameters.
#pragma warning disable CA2100
        command.CommandText = $"INSERT INTO {sql.DelimitIdentifier(table.Name, table.Schema)} ({columns}) SELECT * FROM unnest({arrays})";
#pragma warning restore CA2100
        foreach (var property in properties)
            command.Parameters.Add(new NpgsqlParameter { Value = Column(property, rows) });
        await command.PrepareAsync(cancellationToken);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static Array Column(IProperty property, IReadOnlyList<AuditEventRow> rows) => property.ClrType switch
    {
        var type when type == typeof(long) => Values<long>(property, rows),
        var type when type == typeof(int?) => Values<int?>(property, rows),
        var type when type == typeof(byte) => Array.ConvertAll(Values<byte>(property, rows), value => (short)value),
        var type when type == typeof(Guid) => Values<Guid>(property, rows),
        var type when type == typeof(Guid?) => Values<Guid?>(property, rows),
        var type when type == typeof(string) => Values<string?>(property, rows),
        var type when type == typeof(byte[]) => Values<byte[]>(property, rows),
        var type => throw new NotSupportedException($"A column of {type} is new here: say how PostgreSQL takes an array of it."),
    };

    private static T[] Values<T>(IProperty property, IReadOnlyList<AuditEventRow> rows)
    {
        var getter = property.GetGetter();
        var values = new T[rows.Count];
        for (var i = 0; i < values.Length; i++)
            values[i] = (T)getter.GetClrValue(rows[i])!;
        return values;
    }
}
