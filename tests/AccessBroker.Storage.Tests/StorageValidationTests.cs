namespace AccessBroker.Storage.Tests;

public sealed class StorageValidationTests
{
    [Theory]
    [InlineData(StorageProvider.Sqlite, "Data Source=/var/lib/accessbroker/broker.db")]
    [InlineData(StorageProvider.PostgreSql, "Host=db;Database=accessbroker;Username=broker;Password=secret")]
    [InlineData(StorageProvider.SqlServer, "Server=db;Database=accessbroker;User Id=broker;Password=secret;TrustServerCertificate=True")]
    public void Validate_OrdinarySettings_Succeeds(StorageProvider provider, string connectionString) =>
        Assert.Empty(Errors(new StorageOptions { Provider = provider, ConnectionString = connectionString }));

    [Theory]
    [InlineData(StorageProvider.Sqlite, "", "is empty; say where")]
    [InlineData(StorageProvider.Sqlite, "Data Source=:memory:", "names no file")]
    [InlineData(StorageProvider.Sqlite, "Data Source=x;Mode=Memory", "names no file")]
    [InlineData(StorageProvider.Sqlite, "Cache=Shared", "names no file")]
    [InlineData(StorageProvider.Sqlite, "Host=db;Password=secret", "cannot be read as one for Sqlite")]
    [InlineData(StorageProvider.PostgreSql, "Data Source=x;Colour=secret", "cannot be read as one for PostgreSql")]
    [InlineData(StorageProvider.PostgreSql, "Host=db;Port=secret", "cannot be read as one for PostgreSql")]
    [InlineData(StorageProvider.SqlServer, "Server=db;Connect Timeout=secret", "cannot be read as one for SqlServer")]
    public void Validate_UnusableConnectionString_SaysSoWithoutRepeatingIt(StorageProvider provider, string connectionString, string expected)
    {
        var error = Assert.Single(Errors(new StorageOptions { Provider = provider, ConnectionString = connectionString }));

        Assert.StartsWith("Storage:ConnectionString ", error, StringComparison.Ordinal);
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_ManyErrors_AllAtOnce() => Assert.Equal(
        [
            "Storage:Provider is 7; it must be one of Sqlite, PostgreSql, SqlServer.",
            "Storage:CommandTimeoutSeconds is 0; it must be 1–600.",
            "Storage:MaxBatchSize is 20000; it must be 1–10000, or left out.",
        ],
        Errors(new StorageOptions { Provider = (StorageProvider)7, CommandTimeoutSeconds = 0, MaxBatchSize = 20_000 }));

    [Fact]
    public void Validate_NoKeyFolder_SaysWhatItIsFor() =>
        Assert.StartsWith("Keys:Folder is empty; name a folder", Assert.Single(new KeyValidation().Validate(null, new KeyOptions()).Failures!), StringComparison.Ordinal);

    private static IReadOnlyList<string> Errors(StorageOptions options) => [.. new StorageValidation().Validate(null, options).Failures ?? []];
}
