namespace AccessBroker.Testing;

/// <summary>Files of the repository that tests read.</summary>
public static class Repository
{
    private static readonly string Root = FindRoot();

    /// <param name="path">From the repository's root, such as <c>ops/demo/targets.yaml</c>.</param>
    public static string File(string path) => Path.Combine(Root, path);

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (System.IO.File.Exists(Path.Combine(folder.FullName, "AccessBroker.sln"))) return folder.FullName;
        }
        throw new InvalidOperationException("Tests run from inside the repository: no AccessBroker.sln above " + AppContext.BaseDirectory);
    }
}
