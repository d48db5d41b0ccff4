namespace AccessBroker.Evidence.Tests;

/// <summary>Folders that vanish when the test program ends.</summary>
internal static class TestFolder
{
    private static readonly string Root = Create();
    private static int _next;

    /// <summary>A path at which nothing is yet.</summary>
    public static string New() => Path.Combine(Root, Interlocked.Increment(ref _next).ToString(System.Globalization.CultureInfo.InvariantCulture));

    public static string Copy(string folder)
    {
        var copy = New();
        Directory.CreateDirectory(copy);
        foreach (var file in Directory.EnumerateFiles(folder))
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        return copy;
    }

    private static string Create()
    {
        var root = Directory.CreateTempSubdirectory("accessbroker-evidence-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(root, recursive: true);
        return root;
    }
}
