using System.Data;
using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Helpdesk.Data;

/// <summary>The helpdesk's SQLite file. Times are stored as Unix milliseconds; parameters are named <c>$a</c>, <c>$b</c>, … in order.</summary>
internal sealed class Database
{
    private readonly string connectionString;

    private Database(string folder)
    {
        Folder = folder;
        connectionString = new SqliteConnectionStringBuilder
        {
            DataSource = Path.Combine(folder, "helpdesk.db"),
            ForeignKeys = true,
        }.ToString();
    }

    public string Folder { get; }

    /// <summary>Opens the file of a folder; an empty folder gets the sample data. An interrupted seeding is begun anew.</summary>
    public static Database OpenOrSeed(string folder, TimeProvider time)
    {
        Directory.CreateDirectory(folder);
        var database = new Database(Path.GetFullPath(folder));
        var seeded = Path.Combine(folder, "seeded");
        if (File.Exists(seeded))
            return database;

        foreach (var file in Directory.GetFiles(folder, "helpdesk.db*"))
            File.Delete(file);
        database.Execute(Resources.Text("schema.sql"));
        Seed.Fill(database, time.GetUtcNow());
        File.WriteAllText(seeded, "The sample data is complete. Delete this folder to begin anew.\n");
        return database;
    }

    public List<T> Query<T>(string sql, Func<IDataRecord, T> map, params object?[] values)
    {
        using var connection = Open();
        using var command = Command(connection, sql, values);
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
            rows.Add(map(reader));
        return rows;
    }

    /// <summary>Runs statements and returns how many rows they changed.</summary>
    public int Execute(string sql, params object?[] values)
    {
        using var connection = Open();
        using var command = Command(connection, sql, values);
        return command.ExecuteNonQuery();
    }

    /// <summary>Runs one INSERT and returns the id it gave.</summary>
    public long Insert(string sql, params object?[] values) => Query(sql + " RETURNING id", row => row.GetInt64(0), values).Single();

    /// <summary>The display name of an organisation, or null when there is none of that id (compared exactly).</summary>
    public string? OrganisationName(string org) =>
        Query("SELECT name FROM organisations WHERE id = $a", row => row.GetString(0), org).SingleOrDefault();

    public static DateTimeOffset Time(IDataRecord row, int column) => DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection(connectionString);
        connection.Open();
        return connection;
    }

    private static SqliteCommand Command(SqliteConnection connection, string sql, object?[] values)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        for (var i = 0; i < values.Length; i++)
            command.Parameters.AddWithValue(string.Create(CultureInfo.InvariantCulture, $"${(char)('a' + i)}"), Stored(values[i]));
        return command;
    }

    private static object Stored(object? value) => value switch
    {
        null => DBNull.Value,
        DateTimeOffset time => time.ToUnixTimeMilliseconds(),
        _ => value,
    };
}
