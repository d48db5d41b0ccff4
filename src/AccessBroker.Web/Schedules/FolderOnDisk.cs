using System.Runtime.InteropServices;
using System.Text;

namespace AccessBroker.Web.Schedules;

/// <summary>.NET opens no folders; without this a power cut may undo a rename that the database already counts as made.</summary>
internal static class FolderOnDisk
{
    public static void Flush(string folder)
    {
        if (OperatingSystem.IsWindows())
            return; // NTFS journals its names
        var descriptor = open(Encoding.UTF8.GetBytes(folder + '\0'), 0);
        if (descriptor < 0)
            throw new IOException($"{folder} cannot be opened.");
        try
        {
            if (fsync(descriptor) != 0)
                throw new IOException($"{folder} cannot be written to disk.");
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
