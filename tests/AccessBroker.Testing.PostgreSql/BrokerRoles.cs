namespace AccessBroker.Testing.PostgreSql;

/// <summary>The database roles of a deployment, made by the script that its administrator runs.</summary>
public static class BrokerRoles
{
    public const string Owner = "accessbroker_owner";
    public const string Broker = "accessbroker_broker";
    public const string Eraser = "accessbroker_eraser";

    /// <summary>Roles belong to the whole server: two scripts at once would make the same one.</summary>
    private static readonly SemaphoreSlim One = new(1, 1);

    /// <summary>Runs <c>ops/sql/postgresql.sql</c> as it stands.</summary>
    public static async Task ApplyAsync(PostgreSqlServer server, string database)
    {
        var script = await File.ReadAllTextAsync(Scripts.PathOf("postgresql.sql"));
        await One.WaitAsync();
        try
        {
            await server.ExecuteAsync(database, script);
        }
        finally
        {
            One.Release();
        }
    }
}
