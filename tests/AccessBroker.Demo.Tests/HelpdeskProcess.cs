using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using AccessBroker.Demo.Tests;

[assembly: AssemblyFixture(typeof(HelpdeskProcess))]

namespace AccessBroker.Demo.Tests;

/// <summary>The helpdesk as the demo runs it: a process of its own with its own folder, credential and access log.</summary>
public sealed class HelpdeskProcess : IAsyncLifetime
{
    public const string Credential = "0f6d0e0f2cf94a0a9d5e5f7f3f0f7a11";
    private readonly string folder = Directory.CreateTempSubdirectory("helpdesk-").FullName;
    private Process? process;

    public Uri Address { get; } = new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Loopback.FreePort()}"));

    /// <summary>A client that presents the credential.</summary>
    public HttpClient Client { get; private set; } = null!;

    public HttpClient WithoutCredential() => new() { BaseAddress = Address };

    /// <summary>The lines of the access log that stand for a path.</summary>
    public async Task<List<JsonElement>> AccessLogAsync(string path)
    {
        // A line is written when the request has ended, which the client may notice a little earlier.
        for (var tries = 0; ; tries++)
        {
            var lines = (await File.ReadAllLinesAsync(Path.Combine(folder, "access.jsonl")))
                .Select(line => JsonElement.Parse(line))
                .Where(line => line.GetProperty("path").GetString() == path)
                .ToList();
            if (lines.Count > 0 || tries == 50)
                return lines;
            await Task.Delay(20);
        }
    }

    public static Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "AccessBroker.Demo.Helpdesk.dll"));
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }

    public async ValueTask InitializeAsync()
    {
        var credential = Path.Combine(folder, "credential");
        await File.WriteAllTextAsync(credential, Credential + "\n");
        process = Start(
            "--urls", Address.ToString(), "--data", Path.Combine(folder, "data"),
            "--credential-file", credential, "--access-log", Path.Combine(folder, "access.jsonl"));
        Client = WithoutCredential();
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Credential);

        for (var tries = 0; ; tries++)
        {
            if (process.HasExited)
                throw new InvalidOperationException($"The helpdesk ended: {await process.StandardError.ReadToEndAsync()}");
            try
            {
                (await Client.GetAsync("/healthz")).EnsureSuccessStatusCode();
                return;
            }
            catch (HttpRequestException) when (tries < 200)
            {
                await Task.Delay(50);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client?.Dispose();
        if (process is not null)
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }
        Directory.Delete(folder, recursive: true);
    }
}
