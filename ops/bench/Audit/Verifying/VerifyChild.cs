using System.Diagnostics;
using System.Globalization;
using AccessBroker.Evidence;
using AccessBroker.TransparencyLog;

namespace Bench.Audit;

/// <summary>One verification in a process of its own, so that its memory is its own, on one processor.</summary>
internal static class VerifyChild
{
    public const string Argument = "verify-one";

    /// <summary>Starts it and waits. Entries per second of processor time, and the most memory that was resident, in MB.</summary>
    public static async Task<(double PerSecond, double PeakMegabytes)> RunAsync(string folder, VerifierKey key)
    {
        var output = await Running.ToEndAsync(
            "taskset", ["-c", "0", Environment.ProcessPath!, .. Environment.ProcessPath!.EndsWith("dotnet", StringComparison.Ordinal) ? [typeof(VerifyChild).Assembly.Location] : Array.Empty<string>(), Argument, folder, key.ToString()],
            ("DOTNET_gcServer", "0"));
        var parts = output.Trim().Split(' ');
        return (double.Parse(parts[0], CultureInfo.InvariantCulture), double.Parse(parts[1], CultureInfo.InvariantCulture));
    }

    /// <summary>In that process.</summary>
    public static int Run(string folder, string key)
    {
        using var files = BundleReader.Open(folder);
        var isWhole = files.Has(BundleFiles.AllHeaders);
        var entries = new FileInfo(Path.Combine(folder, isWhole ? BundleFiles.AllHeaders : BundleFiles.Headers)).Length / EntryHeader.Size;
        var options = new VerificationOptions { Key = VerifierKey.Parse(key) };
        using var self = Process.GetCurrentProcess();
        var before = self.TotalProcessorTime;
        var report = isWhole ? WholeLogVerifier.Verify(files, options) : BundleVerifier.Verify(files, options);
        self.Refresh();
        var seconds = (self.TotalProcessorTime - before).TotalSeconds; // what else runs on this machine does not count
        if (report.Failure is { } failure)
        {
            Console.Error.WriteLine(failure.Message);
            return 1;
        }
        var peak = File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{entries / seconds} {double.Parse(peak, CultureInfo.InvariantCulture) / 1024}"));
        return 0;
    }
}
