using System.Diagnostics;

namespace AccessBroker.Demo.Tests;

/// <summary>Where Radicale is not installed, only a real root may try to install it.</summary>
public sealed class RadicaleScriptTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("radicale-script-").FullName;

    private string Asked => Path.Combine(folder, "apt-get-was-asked");

    [Fact]
    public async Task Start_LooksLikeRootInANamespaceOfItsOwn_SaysSoAndInstallsNothing()
    {
        var (exitCode, said) = await StartAsync(outside: "1000");

        Assert.Equal(3, exitCode);
        Assert.Contains("only root may install it", said, StringComparison.Ordinal);
        Assert.False(File.Exists(Asked));
    }

    [Fact]
    public async Task Start_AsRootWithoutThePackage_TriesTwiceAndSaysWhyNot()
    {
        var (exitCode, said) = await StartAsync(outside: null);

        Assert.Equal(3, exitCode);
        Assert.Contains("radicale could not be installed: no package list here", said, StringComparison.Ordinal);
        Assert.Equal(["install", "update"], (await File.ReadAllLinesAsync(Asked)).Select(line => line.Split(' ')[1]));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>The script with a PATH of its own: no radicale in it, everybody is root, and apt-get writes down that it was asked.</summary>
    private async Task<(int ExitCode, string Said)> StartAsync(string? outside)
    {
        var path = Directory.CreateDirectory(Path.Combine(folder, "path")).FullName;
        Write(path, "id", "echo 0");
        Write(path, "dirname", "/usr/bin/dirname \"$@\"");
        Write(path, "env", "/usr/bin/env \"$@\"");
        Write(path, "apt-get", $"echo \"$*\" >>'{Asked}'; echo 'no package list here'; exit 100");
        var start = new ProcessStartInfo("/bin/bash", [Path.Combine(Repository.Root, "ops", "demo", "radicale.sh"), "start", Path.Combine(folder, "data"), "1"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PATH"] = path;
        start.Environment.Remove("ACCESSBROKER_DEMO_UID");
        if (outside is not null)
            start.Environment["ACCESSBROKER_DEMO_UID"] = outside;
        using var process = Process.Start(start)!;
        var said = await process.StandardOutput.ReadToEndAsync() + await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, said);
    }

    private static void Write(string folder, string name, string command)
    {
        var file = Path.Combine(folder, name);
        File.WriteAllText(file, $"#!/bin/bash\n{command}\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
