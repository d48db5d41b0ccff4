using System.Diagnostics;
using AccessBroker.Testing;

namespace AccessBroker.Server.Tests.Pages;

/// <summary>The demo's helpdesk as a process of its own behind the gateway.</summary>
public sealed class HelpdeskUpstream : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("helpdesk-").FullName;
    private readonly Process _process;

    private HelpdeskUpstream()
    {
        Address = new Uri($"http://127.0.0.1:{FreePort.Next()}");
        CredentialFile = Path.Combine(_folder, "credential");
        File.WriteAllText(CredentialFile, "0f6d0e0f2cf94a0a9d5e5f7f3f0f7a11");
        var start = new ProcessStartInfo("dotnet") { RedirectStandardError = true };
        // Beside this program's own output: bin/{Configuration}/{framework}.
        var output = Path.GetRelativePath(Repository.File("tests/AccessBroker.Server.Tests"), AppContext.BaseDirectory);
        string[] arguments =
        [
            Path.Combine(Repository.File("ops/demo/Helpdesk"), output, "AccessBroker.Demo.Helpdesk.dll"), "--urls", Address.ToString(),
            "--data", Path.Combine(_folder, "data"), "--credential-file", CredentialFile, "--access-log", Path.Combine(_folder, "access.jsonl"),
        ];
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        _process = Process.Start(start)!;
    }

    public Uri Address { get; }

    public string CredentialFile { get; }

    /// <summary>The server's settings that put it behind the gateway.</summary>
    public Dictionary<string, string?> Settings => new() { ["HELPDESK_URL"] = Address.GetLeftPart(UriPartial.Authority), ["HELPDESK_CREDENTIAL_FILE"] = CredentialFile };

    public static async Task<HelpdeskUpstream> StartAsync()
    {
        var upstream = new HelpdeskUpstream();
        using var http = new HttpClient { BaseAddress = upstream.Address };
        for (var tries = 0; ; tries++)
        {
            if (upstream._process.HasExited)
                throw new InvalidOperationException($"The helpdesk ended: {await upstream._process.StandardError.ReadToEndAsync()}");
            try
            {
                (await http.GetAsync("/healthz")).EnsureSuccessStatusCode();
                return upstream;
            }
            catch (HttpRequestException) when (tries < 600)
            {
                await Task.Delay(100);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
