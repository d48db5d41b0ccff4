namespace AccessBroker.Testing;

/// <summary>Settings of a demo server with the two customers of the story.</summary>
public static class DemoSettings
{
    /// <param name="folder">For database and keys.</param>
    public static Dictionary<string, string?> For(Uri address, string folder, IReadOnlyDictionary<string, string?>? more = null)
    {
        var settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase)
        {
            ["Urls"] = address.GetLeftPart(UriPartial.Authority),
            ["Server:PublicUrl"] = address.GetLeftPart(UriPartial.Authority),
            ["Storage:Provider"] = "Sqlite",
            ["Storage:ConnectionString"] = $"Data Source={Path.Combine(folder, "broker.db")}",
            ["Keys:Folder"] = Path.Combine(folder, "keys"),
            ["Log:Origin"] = "test.example/log",
            ["Exports:Folder"] = Path.Combine(folder, "exports"),
            ["Targets:File"] = Repository.File("ops/demo/targets.yaml"),
            ["HELPDESK_URL"] = "http://127.0.0.1:9", // nobody listens there: a test that forwards says where
            ["HELPDESK_CREDENTIAL_FILE"] = CredentialFile(folder, "helpdesk"),
            ["CALENDAR_URL"] = "http://127.0.0.1:9",
            ["CALENDAR_CREDENTIAL_FILE"] = CredentialFile(folder, "calendar"),
            ["Tenants:0:Id"] = "acme",
            ["Tenants:0:Name"] = "Acme Corp",
            ["Tenants:1:Id"] = "globex",
            ["Tenants:1:Name"] = "Globex",
            ["Demo:Enabled"] = "true",
            ["Logging:LogLevel:Default"] = "Warning",
            ["Logging:LogLevel:Microsoft.Hosting.Lifetime"] = "Warning",
        };
        foreach (var (key, value) in more ?? new Dictionary<string, string?>()) settings[key] = value;
        return settings;
    }

    private static string CredentialFile(string folder, string target)
    {
        var file = Path.Combine(folder, $"{target}.credential");
        File.WriteAllText(file, $"credential-of-{target}");
        return file;
    }
}
