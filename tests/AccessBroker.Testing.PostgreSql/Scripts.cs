namespace AccessBroker.Testing.PostgreSql;

/// <summary>The scripts that a database's administrator runs.</summary>
public static class Scripts
{
    /// <param name="name">In <c>ops/sql</c>.</param>
    public static string PathOf(string name)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "AccessBroker.sln")))
                return Path.Combine(folder.FullName, "ops", "sql", name);
        }
        throw new InvalidOperationException("Tests run from inside the repository: no AccessBroker.sln above " + AppContext.BaseDirectory);
    }
}
