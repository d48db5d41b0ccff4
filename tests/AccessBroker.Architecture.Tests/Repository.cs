namespace AccessBroker.Architecture.Tests;

/// <summary>The working tree that these tests look at.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    public static string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    /// <summary>What people wrote under <paramref name="folder"/>: neither build output nor generated migrations.</summary>
    public static IReadOnlyList<string> Sources(string folder, params string[] extensions) =>
        [.. Directory.EnumerateFiles(PathOf(folder), "*", SearchOption.AllDirectories)
            .Where(file => extensions.Contains(Path.GetExtension(file)))
            .Where(file => !Relative(file).Split('/').Any(part => part is "bin" or "obj" or "Migrations"))
            .Order(StringComparer.Ordinal)];

    private static string FindRoot()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "AccessBroker.sln")))
                return folder;
        }
        throw new DirectoryNotFoundException($"No AccessBroker.sln above {AppContext.BaseDirectory}.");
    }
}
