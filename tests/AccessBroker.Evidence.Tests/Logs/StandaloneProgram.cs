using System.Diagnostics;
using System.Reflection;

namespace AccessBroker.Evidence.Tests;

/// <summary>
/// verify.cs as anybody would run it: built once from the text that stands in bundles, outside the repository,
/// then called in this process, because starting a program thousands of times would take hours.
/// </summary>
internal static class StandaloneProgram
{
    private static readonly Lazy<MethodInfo> Entry = new(Build);

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

    private static MethodInfo Build()
    {
        var folder = WriteSource();
        var start = new ProcessStartInfo("dotnet", ["build", "verify.cs", "-o", "out", "-v", "quiet"])
        {
            WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, output.Result + error);
        return Assembly.LoadFrom(Path.Combine(folder, "out", "verify.dll")).GetType("Verifier")!.GetMethod("Run")!;
    }
}
