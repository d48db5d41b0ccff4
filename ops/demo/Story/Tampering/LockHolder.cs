using System.Diagnostics;
using Microsoft.Data.Sqlite;

namespace Story.Tampering;

/// <summary>Another process that holds the database's write lock, as a backup or a person with a SQL shell might.</summary>
internal sealed class LockHolder : IDisposable
{
    private readonly Process _process;

    private LockHolder(Process process) => _process = process;

    /// <summary>Returns when the lock is held; disposing gives it back.</summary>
    public static async Task<LockHolder> StartAsync(string database)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(LockHolder).Assembly.Location, "hold-lock", database]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        var process = Process.Start(start)!;
        var said = await process.StandardOutput.ReadLineAsync();
        Walk.Require(said == "held", $"The other process should hold the lock, but said \"{said}\".");
        return new LockHolder(process);
    }

    /// <summary>What the child does: takes the lock, says so, and holds it until its standard input ends.</summary>
    public static int Hold(string database)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = database, Mode = SqliteOpenMode.ReadWrite, Pooling = false, DefaultTimeout = 30 }.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "BEGIN IMMEDIATE";
        command.ExecuteNonQuery();
        Console.WriteLine("held");
        Console.In.ReadToEnd();
        command.CommandText = "ROLLBACK";
        command.ExecuteNonQuery();
        return 0;
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}
