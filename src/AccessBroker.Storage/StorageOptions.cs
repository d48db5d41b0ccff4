namespace AccessBroker.Storage;

/// <summary>The three databases the broker runs on.</summary>
public enum StorageProvider { Sqlite, PostgreSql, SqlServer }

/// <summary>Configuration section <c>Storage</c>.</summary>
public sealed class StorageOptions
{
    /// <summary>Default: the embedded SQLite.</summary>
    public StorageProvider Provider { get; set; } = StorageProvider.Sqlite;

    /// <summary>ADO.NET connection string of the provider, such as <c>Data Source=/var/lib/accessbroker/broker.db</c>.</summary>
    public string ConnectionString { get; set; } = "";

    /// <summary>
    /// Of the account that may take bodies out of the log, where the one above may not (ops/adr/0010-database-roles.md). Empty: the one
    /// above erases too.
    /// </summary>
    public string? ErasureConnectionString { get; set; }

    /// <summary>Longest a single command may run, in seconds. 1–600; default 30. SQLite has no such limit; there, waiting for the one writer ends after 1 s.</summary>
    public int CommandTimeoutSeconds { get; set; } = 30;

    /// <summary>Statements per round trip that EF may batch, 1–10,000; null: 1000 on PostgreSQL, 42 on SQL Server.</summary>
    public int? MaxBatchSize { get; set; }
}

/// <summary>Configuration section <c>Keys</c>.</summary>
public sealed class KeyOptions
{
    /// <summary>Folder of the key-encryption key's file, readable by the owner only. Back it up apart from the database: without it nothing can be opened.</summary>
    public string Folder { get; set; } = "";

    /// <summary>A token to keep the key in, instead of the file.</summary>
    public Pkcs11Options Pkcs11 { get; } = new();
}
