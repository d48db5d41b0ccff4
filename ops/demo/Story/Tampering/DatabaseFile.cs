using Microsoft.Data.Sqlite;

namespace Story.Tampering;

/// <summary>The broker's database, opened by somebody who is not the broker but may write the file.</summary>
internal sealed class DatabaseFile(string path)
{
    /// <summary>Moves a grant's end. Disposing puts it back.</summary>
    public IDisposable LengthenGrant(string grant, TimeSpan by)
    {
        var micros = (long)by.TotalMicroseconds;
        Change("UPDATE access_grant SET NotAfter = NotAfter + $micros WHERE lower(Id) = lower($id)", ("$id", grant), ("$micros", micros));
        return new Undo(() => Change("UPDATE access_grant SET NotAfter = NotAfter - $micros WHERE lower(Id) = lower($id)", ("$id", grant), ("$micros", micros)));
    }

    /// <summary>Adds a grant that is like another, under a new id. Disposing takes it away.</summary>
    public IDisposable InsertCopyOfGrant(string grant, out string forged)
    {
        var id = Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString().ToUpperInvariant();
        var columns = Columns("access_grant");
        var values = columns.Select(c => c is "Id" or "RequestId" ? "$new" : $"\"{c}\"");
        Change(
            $"INSERT INTO access_grant ({string.Join(", ", columns.Select(c => $"\"{c}\""))}) SELECT {string.Join(", ", values)} FROM access_grant WHERE lower(Id) = lower($id)",
            ("$id", grant), ("$new", id));
        forged = id.ToLowerInvariant();
        return new Undo(() => Change("DELETE FROM access_grant WHERE Id = $id", ("$id", id)));
    }

    private List<string> Columns(string table)
    {
        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT name FROM pragma_table_info($table)";
        command.Parameters.AddWithValue("$table", table);
        using var reader = command.ExecuteReader();
        var names = new List<string>();
        while (reader.Read()) names.Add(reader.GetString(0));
        return names;
    }

    private void Change(string sql, params (string Name, object Value)[] parameters)
    {
        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters) command.Parameters.AddWithValue(name, value);
        Walk.Require(command.ExecuteNonQuery() == 1, $"The database should have one row to tamper with: {sql}");
    }

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadWrite, Pooling = false, DefaultTimeout = 10 }.ToString());
        connection.Open();
        return connection;
    }

    private sealed class Undo(Action undo) : IDisposable
    {
        public void Dispose() => undo();
    }
}
