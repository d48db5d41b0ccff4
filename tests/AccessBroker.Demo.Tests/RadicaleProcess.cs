using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;

namespace AccessBroker.Demo.Tests;

/// <summary>Radicale as the demo runs it, by <c>ops/demo/radicale.sh</c>; tests skip, with the script's reason, where it cannot be had.</summary>
public sealed class RadicaleProcess : IAsyncLifetime
{
    private const int NotToBeHad = 3;
    private readonly string folder = Directory.CreateTempSubdirectory("radicale-").FullName;
    private readonly int port = Loopback.FreePort();
    private string? absent;

    public Uri Address => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));

    /// <summary>Sends an XML body (may be empty) with the service account's credential.</summary>
    public async Task<HttpResponseMessage> SendAsync(string method, string path, string body, string? depth = null, bool withCredential = true)
    {
        Assert.SkipWhen(absent is not null, absent ?? "");
        using var client = new HttpClient { BaseAddress = Address };
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Content = new StringContent(body, Encoding.UTF8, "application/xml");
        if (depth is not null)
            request.Headers.Add("Depth", depth);
        if (withCredential)
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", await File.ReadAllTextAsync(Path.Combine(folder, "credential")));
        return await client.SendAsync(request);
    }

    public async ValueTask InitializeAsync()
    {
        var (exitCode, said) = await ScriptAsync("start", folder, port.ToString(CultureInfo.InvariantCulture));
        if (exitCode == NotToBeHad)
            absent = said;
        else
            Assert.True(exitCode == 0, said);
    }

    public async ValueTask DisposeAsync()
    {
        if (absent is null)
            await ScriptAsync("stop", folder);
        Directory.Delete(folder, recursive: true);
    }

    private static async Task<(int ExitCode, string Said)> ScriptAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("bash") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(Repository.Root, "ops", "demo", "radicale.sh"));
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var said = process.StandardOutput.ReadToEndAsync();
        var complained = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, (await said + await complained).Trim());
    }
}
