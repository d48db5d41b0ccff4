using System.ComponentModel;
using System.Diagnostics;

namespace AccessBroker.Cli;

/// <summary>The person's own browser; the address is printed as well, for where there is none.</summary>
internal sealed class SystemBrowser(CliHost host) : IBrowser
{
    public Task VisitAsync(Uri address, CancellationToken cancel)
    {
        host.Talk($"Sign in here:\n\n  {address.AbsoluteUri}\n");
        host.Talk("Waiting for you to come back …");
        try
        {
            using var started = Start(address.AbsoluteUri);
        }
        catch (Exception none) when (none is Win32Exception or FileNotFoundException or PlatformNotSupportedException)
        {
            // The address stands above; a person can open it on any browser of this machine.
        }
        return Task.CompletedTask;
    }

    private static Process? Start(string address)
    {
        if (OperatingSystem.IsWindows()) return Process.Start(new ProcessStartInfo(address) { UseShellExecute = true });
        var opener = OperatingSystem.IsMacOS() ? "open" : "xdg-open";
        return Process.Start(new ProcessStartInfo(opener, [address]) { RedirectStandardOutput = true, RedirectStandardError = true });
    }
}
