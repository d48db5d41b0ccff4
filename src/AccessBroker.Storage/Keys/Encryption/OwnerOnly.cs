namespace AccessBroker.Storage;

/// <summary>Files with secrets are for their owner alone.</summary>
internal static class OwnerOnly
{
    public const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <param name="what">Such as "key file".</param>
    /// <exception cref="KeyStoreException">Others can read or write it.</exception>
    public static void Require(string path, string what)
    {
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~Mode) != 0)
            throw new KeyStoreException($"The {what} {path} can be read by others. Run: chmod 600 {path}");
    }
}
