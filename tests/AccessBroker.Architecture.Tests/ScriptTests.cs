using System.Diagnostics;

namespace AccessBroker.Architecture.Tests;

/// <summary>Every script can be run as it stands, and bash can read it to its end.</summary>
public sealed class ScriptTests
{
    public static TheoryData<string> Scripts => new(
        Repository.Sources("ops", ".sh").Concat(Repository.Sources("docker", ".sh")).Append(Repository.PathOf(".ci", "run")).Select(Repository.Relative));

    [Theory]
    [MemberData(nameof(Scripts))]
    public void Script_IsExecutable(string script)
    {
        var executable = OperatingSystem.IsWindows() || File.GetUnixFileMode(Repository.PathOf(script)).HasFlag(UnixFileMode.UserExecute);

        Assert.True(executable, $"chmod +x {script}");
    }

    [Theory]
    [MemberData(nameof(Scripts))]
    public void Script_Parses(string script)
    {
        using var bash = Process.Start(new ProcessStartInfo("bash", ["-n", Repository.PathOf(script)]) { RedirectStandardError = true })!;
        var complaint = bash.StandardError.ReadToEnd();
        bash.WaitForExit();

        Assert.True(bash.ExitCode == 0, complaint);
    }
}
