namespace AccessBroker.Evidence.Tests;

/// <summary>Where the published vectors are; a test that finds none says so and is skipped.</summary>
internal static class Vectors
{
    public static string Folder(string name)
    {
        var root = Environment.GetEnvironmentVariable("ACCESSBROKER_VECTORS") ?? Find();
        var folder = root is null ? null : Path.Combine(root, name);
        if (folder is null || !Directory.Exists(folder))
            Assert.Skip($"vectors/{name} not found beside the repository and ACCESSBROKER_VECTORS is not set");
        return folder;
    }

    private static string? Find()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "AccessBroker.sln")))
                return Path.Combine(at.Parent!.FullName, "shared", "vectors");
        }
        return null;
    }
}
