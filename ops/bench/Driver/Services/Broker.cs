using System.Diagnostics;
using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Bench;

/// <summary>
/// The real server as the demo runs it, and access to its gateway got as people get it: an engineer asks, the customer
/// approves, the engineer starts a session.
/// </summary>
internal sealed class Broker : IAsyncDisposable
{
    public const string Target = "bench", Unasserted = "bench-unasserted";
    private const int HeaderSize = 160, ClassOffset = 5, IntentClass = 1, OutcomeClass = 2;

    /// <summary>Outcomes are written after the answer: the last ones are still on their way when wrk has stopped.</summary>
    private static readonly TimeSpan Tail = TimeSpan.FromSeconds(20);

    private readonly BenchOptions _options;
    private readonly Running _server;
    private readonly string _folder;
    private readonly int _port;
    private readonly HttpClient _http;
    private readonly Dictionary<string, string> _sessions = [];

    private Broker(BenchOptions options, Running server, string folder, int port)
    {
        (_options, _server, _folder, _port) = (options, server, folder, port);
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false, UseCookies = false }) { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromMinutes(5) };
        _http.DefaultRequestHeaders.Host = $"localhost:{port}";
    }

    public int Port => _port;

    public Running Process => _server;

    /// <summary>The gateway host's name, with the port.</summary>
    /// <param name="target">One of targets.yaml.</param>
    public string GatewayHost(string target = Target) => $"acme--{target}.localhost:{_port}";

    public string GatewayOrigin => $"http://{GatewayHost()}";

    public static async Task<Broker> StartAsync(BenchOptions options, string provider, string connectionString, string folder, int upstream)
    {
        Directory.CreateDirectory(folder);
        var port = Running.FreePort();
        var server = await Running.StartAsync($"the broker on {provider}", Path.Combine(folder, "server.log"), port, folder, "dotnet",
            [Path.Combine(options.Root, "src/AccessBroker.Server/bin/Release/net10.0/AccessBroker.Server.dll")],
            ("ASPNETCORE_ENVIRONMENT", "Production"),
            ("ASPNETCORE_URLS", $"http://127.0.0.1:{port}"),
            ("Server__PublicUrl", $"http://localhost:{port}"),
            ("Gateway__HostSuffix", "localhost"),
            ("Demo__Enabled", "true"),
            ("Storage__Provider", provider),
            ("Storage__ConnectionString", connectionString),
            ("Keys__Folder", Path.Combine(folder, "keys")),
            ("Log__Origin", "localhost/bench"),
            ("Targets__File", Path.Combine(AppContext.BaseDirectory, "targets.yaml")),
            ("Tenants__0__Id", "acme"), ("Tenants__0__Name", "Acme Corp"),
            ("Tenants__1__Id", "globex"), ("Tenants__1__Name", "Globex"),
            ("BENCH_UPSTREAM", $"http://127.0.0.1:{upstream}"));
        var broker = new Broker(options, server, folder, port);
        try
        {
            await broker.GetAccessAsync();
            return broker;
        }
        catch
        {
            await broker.DisposeAsync();
            throw;
        }
    }

    /// <summary>A new token of the session; the longest that the server gives.</summary>
    public async Task<string> RenewTokenAsync(string target = Target)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/sessions/{_sessions[target]}/token");
        return (await SendAsync(request, "dana")).GetProperty("token").GetString()!;
    }

    /// <summary>How many requests stand in the log with both of their entries: intent and outcome.</summary>
    /// <exception cref="BenchException">Some intents are without their outcome.</exception>
    public async Task<long> CountRequestsAsync()
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            var (intents, outcomes) = await CountEntriesAsync();
            if (intents == outcomes)
                return outcomes;
            if (waited.Elapsed > Tail)
                throw new BenchException($"{Path.GetFileName(_folder)}: the log has {intents:N0} intents and {outcomes:N0} outcomes.");
            await Task.Delay(TimeSpan.FromSeconds(1));
        }
    }

    /// <summary>From the whole-log export, which the auditor downloads.</summary>
    private async Task<(long Intents, long Outcomes)> CountEntriesAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/audit/log");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await AccessTokenAsync("alan"));
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        await RequireSuccessAsync(response);
        var file = Path.Combine(_folder, "log.zip");
        await using (var copy = File.Create(file))
            await response.Content.CopyToAsync(copy);

        await using var zip = await ZipFile.OpenReadAsync(file);
        await using var headers = await zip.Entries.Single(entry => entry.Name == "all-headers.bin").OpenAsync();
        var header = new byte[HeaderSize];
        long intents = 0, outcomes = 0;
        while (await headers.ReadAtLeastAsync(header, HeaderSize, throwOnEndOfStream: false) == HeaderSize)
        {
            if (header[ClassOffset] == IntentClass)
                intents++;
            else if (header[ClassOffset] == OutcomeClass)
                outcomes++;
        }
        return (intents, outcomes);
    }

    /// <summary>The keys that check its consent tokens.</summary>
    public async Task<JsonElement> JwksAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/.well-known/accessbroker-jwks.json");
        return await SendAsync(request, person: null);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _server.DisposeAsync();
    }

    private async Task GetAccessAsync()
    {
        foreach (var person in new[] { "dana", "priya", "alan" })
            await CliAsync(person, "login", "--as", person);
        foreach (var target in new[] { Target, Unasserted })
        {
            var asked = await CliJsonAsync("dana", "request", "create", "--tenant", "acme", "--target", target, "--operations", "items.read", "--for", "8h", "--reason", "Measuring the gateway");
            var grant = await CliJsonAsync("priya", "request", "approve", asked.GetProperty("id").GetString()!);
            var session = await CliJsonAsync("dana", "session", "start", grant.GetProperty("id").GetString()!);
            _sessions[target] = session.GetProperty("session").GetProperty("id").GetString()!;
        }
    }

    private async Task<JsonElement> SendAsync(HttpRequestMessage request, string? person)
    {
        if (person is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await AccessTokenAsync(person));
        using var response = await _http.SendAsync(request);
        await RequireSuccessAsync(response);
        return JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
    }

    private static async Task RequireSuccessAsync(HttpResponseMessage response)
    {
        if (!response.IsSuccessStatusCode)
            throw new BenchException($"{response.RequestMessage!.RequestUri!.PathAndQuery} answered {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync()}");
    }

    private async Task<string> AccessTokenAsync(string person) => (await CliAsync(person, "token")).Trim();

    private async Task<JsonElement> CliJsonAsync(string person, params string[] args) => JsonDocument.Parse(await CliAsync(person, [.. args, "-o", "json"])).RootElement;

    private Task<string> CliAsync(string person, params string[] args) => Running.ToEndAsync(
        "dotnet",
        [Path.Combine(_options.Root, "src/AccessBroker.Cli/bin/Release/net10.0/accessbroker.dll"), "--profile", person, .. args],
        ("XDG_CONFIG_HOME", Path.Combine(_folder, "config")),
        ("ACCESSBROKER_SERVER", $"http://localhost:{_port}"));
}
