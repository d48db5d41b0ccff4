using System.Data.Common;
using Microsoft.Data.SqlClient;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;
using Npgsql;

namespace AccessBroker.Storage;

/// <summary>Checks the section <c>Storage</c> at start: all errors at once, in sentences. A connection string is never repeated, because passwords stand in it.</summary>
internal sealed class StorageValidation : IValidateOptions<StorageOptions>
{
    private const int MaxTimeout = 600, MaxBatch = 10_000;

    public ValidateOptionsResult Validate(string? name, StorageOptions options)
    {
        var errors = new List<string>();
        if (!Enum.IsDefined(options.Provider))
            errors.Add($"Storage:Provider is {options.Provider}; it must be one of {string.Join(", ", Enum.GetNames<StorageProvider>())}.");
        else if (ConnectionFault(options.Provider, options.ConnectionString) is { } fault)
            errors.Add($"Storage:ConnectionString {fault}");
        else if (!string.IsNullOrEmpty(options.ErasureConnectionString) && ConnectionFault(options.Provider, options.ErasureConnectionString) is { } other)
            errors.Add($"Storage:ErasureConnectionString {other}");
        if (options.CommandTimeoutSeconds is < 1 or > MaxTimeout)
            errors.Add($"Storage:CommandTimeoutSeconds is {options.CommandTimeoutSeconds}; it must be 1–{MaxTimeout}.");
        if (options.MaxBatchSize is < 1 or > MaxBatch)
            errors.Add($"Storage:MaxBatchSize is {options.MaxBatchSize}; it must be 1–{MaxBatch}, or left out.");
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static string? ConnectionFault(StorageProvider provider, string connectionString)
    {
        if (string.IsNullOrWhiteSpace(connectionString))
            return "is empty; say where the database is, such as Data Source=/var/lib/accessbroker/broker.db.";
        try
        {
            DbConnectionStringBuilder read = provider switch
            {
                StorageProvider.Sqlite => new SqliteConnectionStringBuilder(connectionString),
                StorageProvider.PostgreSql => new NpgsqlConnectionStringBuilder(connectionString),
                _ => new SqlConnectionStringBuilder(connectionString),
            };
            return read is SqliteConnectionStringBuilder sqlite && !IsFile(sqlite)
                ? "names no file; the log must be on a disk, such as Data Source=/var/lib/accessbroker/broker.db."
                : null;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or InvalidCastException or KeyNotFoundException)
        {
            return $"cannot be read as one for {provider}; check its keywords and values.";
        }
    }

    private static bool IsFile(SqliteConnectionStringBuilder sqlite) =>
        sqlite.Mode != SqliteOpenMode.Memory && sqlite.DataSource.Length > 0 && !sqlite.DataSource.Contains(":memory:", StringComparison.Ordinal);
}

/// <summary>Checks the section <c>Keys</c> at start.</summary>
internal sealed class KeyValidation : IValidateOptions<KeyOptions>
{
    public ValidateOptionsResult Validate(string? name, KeyOptions options)
    {
        var errors = new List<string>();
        if (string.IsNullOrWhiteSpace(options.Folder))
            errors.Add("Keys:Folder is empty; name a folder for the key-encryption key, apart from the database and readable by this server only.");
        var token = options.Pkcs11;
        if (!token.IsConfigured && (token.TokenLabel.Length > 0 || token.PinFile.Length > 0))
            errors.Add("Keys:Pkcs11:Module is empty, and other settings of a token are there; name its module, such as /usr/lib/softhsm/libsofthsm2.so, or take them out.");
        if (token.IsConfigured && !File.Exists(token.Module))
            errors.Add($"Keys:Pkcs11:Module is {token.Module}, and there is no such file; name the token's PKCS#11 module.");
        if (token.IsConfigured && token.TokenLabel.Length == 0)
            errors.Add("Keys:Pkcs11:TokenLabel is empty; give the label of the token that holds the key-encryption key.");
        if (token.IsConfigured && token.KeyLabel.Length is 0 or > LongestLabel)
            errors.Add($"Keys:Pkcs11:KeyLabel must have 1–{LongestLabel} characters.");
        if (token.IsConfigured && !File.Exists(token.PinFile))
            errors.Add($"Keys:Pkcs11:PinFile is '{token.PinFile}', and there is no such file; write the token's PIN into a file that only this server can read.");
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private const int LongestLabel = 60;
}
