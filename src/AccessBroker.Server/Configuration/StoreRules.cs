namespace AccessBroker.Server;

/// <summary>What must be said of database, keys and log before anything starts: each broken rule in one sentence.</summary>
internal static class StoreRules
{
    public static IEnumerable<string> Broken(IConfiguration configuration)
    {
        foreach (var broken in BrokenDatabase(configuration)) yield return broken;
        if (string.IsNullOrWhiteSpace(configuration["Keys:Folder"]))
            yield return "Keys:Folder is empty: name a folder for the key-encryption key, apart from the database and readable by this server only.";
        if (string.IsNullOrWhiteSpace(configuration["Log:Origin"]))
            yield return "Log:Origin is empty: give the audit log its lasting name, such as access.example.com/log.";
    }

    /// <summary>All that a migration needs.</summary>
    public static IEnumerable<string> BrokenDatabase(IConfiguration configuration)
    {
        if (string.IsNullOrWhiteSpace(configuration["Storage:ConnectionString"]))
            yield return "Storage:ConnectionString is empty: say where the database is, such as 'Data Source=/var/lib/accessbroker/broker.db'.";
        if (configuration["Storage:Provider"] is { Length: > 0 } provider && !Enum.TryParse<Storage.StorageProvider>(provider, ignoreCase: true, out _))
            yield return $"Storage:Provider is '{provider}': it is one of {string.Join(", ", Enum.GetNames<Storage.StorageProvider>())}.";
    }
}
