using System.Text.Json;
using System.Text.RegularExpressions;

namespace AccessBroker.Cli;

/// <summary>
/// <c>$XDG_CONFIG_HOME/accessbroker/profiles/NAME.json</c>, owner-only (0600 in a 0700 folder). Several people, or one person
/// in several roles, can be signed in at once under different names.
/// </summary>
internal sealed partial class ProfileStore(string folder, string name)
{
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public string Name { get; } = name;

    public string Path { get; } = System.IO.Path.Combine(folder, "profiles", name + ".json");

    public static ProfileStore Open(CliHost host, string? name)
    {
        name ??= host.Environment("ACCESSBROKER_PROFILE") is { Length: > 0 } set ? set : "default";
        if (!NamePattern().IsMatch(name))
            throw CliException.Usage($"\"{name}\" cannot name a profile.", "Use letters, digits, - and _, at most 40.");
        return new ProfileStore(Folder(host), name);
    }

    /// <returns>Null where nobody is signed in.</returns>
    public Profile? Read()
    {
        if (!File.Exists(Path)) return null;
        try
        {
            using var file = File.OpenRead(Path);
            return JsonSerializer.Deserialize(file, ProfileJson.Default.Profile);
        }
        catch (JsonException)
        {
            throw new CliException(ExitCode.NeedsSignIn, "profile-unreadable", $"{Path} cannot be read as a profile.", "Run accessbroker login to write it anew.");
        }
    }

    /// <summary>Replaces the file in one step: another process sees the old profile or the new one, never half of one.</summary>
    public void Write(Profile profile)
    {
        EnsureFolder();
        var temporary = $"{Path}.{Environment.ProcessId}.tmp";
        File.Delete(temporary);
        using (var file = OpenOwnerOnly(temporary, FileMode.CreateNew, FileShare.None))
            JsonSerializer.Serialize(file, profile, ProfileJson.Default.Profile);
        File.Move(temporary, Path, overwrite: true);
    }

    /// <returns>Whether there was one.</returns>
    public bool Delete()
    {
        var existed = File.Exists(Path);
        File.Delete(Path);
        return existed;
    }

    /// <summary>
    /// Held while tokens are renewed: a refresh token works once, so two processes of the same person must not both use it.
    /// </summary>
    public async Task<IDisposable> LockAsync(CancellationToken cancel)
    {
        EnsureFolder();
        while (true)
        {
            try
            {
                return OpenOwnerOnly(Path + ".lock", FileMode.OpenOrCreate, FileShare.None);
            }
            catch (IOException) when (File.Exists(Path + ".lock"))
            {
                await Task.Delay(50, cancel);
            }
        }
    }

    private static string Folder(CliHost host)
    {
        if (host.Environment("XDG_CONFIG_HOME") is { Length: > 0 } xdg) return System.IO.Path.Combine(xdg, "accessbroker");
        if (OperatingSystem.IsWindows()) return System.IO.Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData), "accessbroker");
        return System.IO.Path.Combine(host.Environment("HOME") is { Length: > 0 } home ? home : "/", ".config", "accessbroker");
    }

    private void EnsureFolder()
    {
        var profiles = System.IO.Path.GetDirectoryName(Path)!;
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(profiles);
        else Directory.CreateDirectory(profiles, OwnerFile | UnixFileMode.UserExecute);
    }

    private static FileStream OpenOwnerOnly(string path, FileMode mode, FileShare share)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = share };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerFile;
        return new FileStream(path, options);
    }

    [GeneratedRegex("^[A-Za-z0-9_-]{1,40}$")]
    private static partial Regex NamePattern();
}
