using System.Diagnostics;
using System.Reflection;

namespace AccessBroker.Evidence.Tests;

/// <summary>
/// verify.cs as anybody would run it: built once from the text that stands in bundles, outside the repository,
/// then called in this process, because starting a program thousands of times would take hours.
/// </summary>
internal static class StandaloneProgram
{
    private static readonly Lazy<Assembly> Program = new(Build);
    private static readonly Lazy<MethodInfo> Entry = new(() => Method("Verifier", "Run"));

    /// <summary>Exit code and output.</summary>
    public static (int ExitCode, string Output) Run(params string?[] args)
    {
        using var output = new StringWriter();
        var code = (int)Entry.Value.Invoke(null, [args.OfType<string>().ToArray(), output])!;
        return (code, output.ToString());
    }

    /// <summary>A new folder with verify.cs in it.</summary>
    public static string WriteSource()
    {
        var folder = TestFolder.New();
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "verify.cs"), StandaloneVerifier.Source);
        return folder;
    }

    /// <summary>A static method of verify.cs, to hold it to published vectors.</summary>
    public static MethodInfo Method(string type, string name) => Program.Value.GetType(type)!.GetMethod(name)!;

    /// <summary>No compiler or build server that outlives the test.</summary>
    public static void LeaveNothingRunning(ProcessStartInfo start)
    {
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        start.Environment["UseSharedCompilation"] = "false";
    }

    private static Assembly Build()
    {
        var folder = WriteSource();
        var start = new ProcessStartInfo("dotnet", ["build", "verify.cs", "-o", "out", "-v", "quiet"])
        {
            WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        LeaveNothingRunning(start);
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, output.Result + error);
        return Assembly.LoadFrom(Path.Combine(folder, "out", "verify.dll"));
    }
}
