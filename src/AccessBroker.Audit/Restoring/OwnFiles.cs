using System.Text;

namespace AccessBroker.Audit;

/// <summary>Files that only their owner can read, each written whole or not at all.</summary>
internal static class OwnFiles
{
    /// <summary>Ending of a file that is being written.</summary>
    public const string Aside = ".new";

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Durable when it returns.</summary>
    public static void Replace(string path, string text)
    {
        CreateFolder(path);
        var aside = $"{path}.{Environment.ProcessId}{Aside}";
        using (var stream = Open(aside, FileMode.Create))
        {
            stream.Write(Encoding.UTF8.GetBytes(text));
            stream.Flush(flushToDisk: true);
        }
        File.Move(aside, path, overwrite: true);
    }

    /// <summary>Adds a line, durable when it returns. One process at a time: a second one waits, and after some seconds fails.</summary>
    public static void AppendLine(string path, string line)
    {
        CreateFolder(path);
        using var stream = Open(path, FileMode.Append);
        stream.Write(Encoding.UTF8.GetBytes(line + "\n"));
        stream.Flush(flushToDisk: true);
    }

    private static void CreateFolder(string path)
    {
        var folder = Path.GetDirectoryName(path)!;
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, OwnerOnly | UnixFileMode.UserExecute);
    }

    private static FileStream Open(string path, FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return new FileStream(path, options);
            }
            catch (IOException) when (attempt < 50 && File.Exists(path))
            {
                Thread.Sleep(100);
            }
        }
    }
}
