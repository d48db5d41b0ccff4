using System.Diagnostics;

namespace AccessBroker.Server.Tests.Keys;

/// <summary>verify.cs as it lies in a bundle, built once outside the repository and run as the program that it then is.</summary>
internal sealed class StandaloneVerifier(string program)
{
    /// <param name="folder">A new one, for the program.</param>
    public static async Task<StandaloneVerifier> BuildAsync(string source, string folder)
    {
        Directory.CreateDirectory(folder);
        File.Copy(source, Path.Combine(folder, "verify.cs"));
        var (code, output) = await RunAsync(folder, "build", "verify.cs", "-o", "out", "-v", "quiet");
        Assert.True(code == 0, output);
        return new StandaloneVerifier(Path.Combine(folder, "out", "verify.dll"));
    }

    public Task<(int Code, string Output)> VerifyAsync(params string[] arguments) => RunAsync(Path.GetDirectoryName(program)!, [program, .. arguments]);

    private static async Task<(int Code, string Output)> RunAsync(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        // No compiler or build server that outlives the test.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        start.Environment["UseSharedCompilation"] = "false";
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await error);
    }
}
