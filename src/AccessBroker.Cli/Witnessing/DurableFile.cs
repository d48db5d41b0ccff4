using System.Runtime.InteropServices;

namespace AccessBroker.Cli;

/// <summary>Files that are wholly there or not at all, also after a power cut. Owner-only.</summary>
internal static class DurableFile
{
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public static void CreateFolder(string path)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
        else Directory.CreateDirectory(path, OwnerFile | UnixFileMode.UserExecute);
    }

    /// <summary>On disk when it returns: content first, then the name, then the folder that holds the name.</summary>
    public static void Write(string path, byte[] content)
    {
        var temporary = path + ".new";
        File.Delete(temporary); // what a crash left behind
        using (var file = OpenOwnerOnly(temporary, FileMode.CreateNew))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }
        File.Move(temporary, path, overwrite: true);
        FlushFolder(Path.GetDirectoryName(path)!);
    }

    /// <summary>Held by one process at a time; a process that dies lets go.</summary>
    /// <exception cref="IOException">Another one holds it.</exception>
    public static FileStream Lock(string path) => OpenOwnerOnly(path, FileMode.OpenOrCreate);

    private static FileStream OpenOwnerOnly(string path, FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerFile;
        return new FileStream(path, options);
    }

    /// <summary>.NET opens no folders; without this a power cut may undo a rename that was already answered for.</summary>
    private static void FlushFolder(string folder)
    {
        if (OperatingSystem.IsWindows()) return; // NTFS journals its names
        var descriptor = open(System.Text.Encoding.UTF8.GetBytes(folder + '\0'), 0);
        if (descriptor < 0) throw new IOException($"{folder} cannot be opened.");
        try
        {
            if (fsync(descriptor) != 0) throw new IOException($"{folder} cannot be written to disk.");
        }
        finally
        {
            _ = close(descriptor);
        }
    }

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int open(byte[] path, int flags);

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int fsync(int descriptor);

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int close(int descriptor);
}
