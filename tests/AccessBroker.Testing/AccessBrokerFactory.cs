using System.Net.Http.Headers;
using AccessBroker.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace AccessBroker.Testing;

/// <summary>
/// The whole server in this process, on a real port, with a real SQLite file in a folder of its own, in demo mode. Its methods say
/// who calls: <c>await broker.AsEngineer("dana")</c> is a client with dana's access token, got the way the CLI gets it.
/// </summary>
public sealed class AccessBrokerFactory : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Dictionary<string, string> _tokens = new(StringComparer.Ordinal);

    private AccessBrokerFactory(WebApplication app, Uri address, string folder) => (_app, Address, Folder) = (app, address, folder);

    /// <summary>Such as <c>http://localhost:40123/</c>: what <c>Server:PublicUrl</c> says.</summary>
    public Uri Address { get; }

    /// <summary>Holds <c>broker.db</c> and <c>keys/</c>; gone after the test.</summary>
    public string Folder { get; }

    public string DatabaseFile => Path.Combine(Folder, "broker.db");

    public IServiceProvider Services => _app.Services;

    /// <param name="settings">Added to, or instead of, those of <see cref="DemoSettings"/>.</param>
    /// <param name="services">Replaces services that a test must hold in its hands, such as the clock.</param>
    public static async Task<AccessBrokerFactory> StartAsync(IReadOnlyDictionary<string, string?>? settings = null, Action<IServiceCollection>? services = null)
    {
        var folder = Directory.CreateTempSubdirectory("accessbroker-").FullName;
        var address = new Uri($"http://localhost:{FreePort.Next()}/");
        string[] arguments = [.. DemoSettings.For(address, folder, settings).Select(setting => $"--{setting.Key}={setting.Value}")];
        var app = await Program.CreateAsync(arguments, services);
        await app.StartAsync();
        return new(app, address, folder);
    }

    public Task<HttpClient> AsEngineer(string persona = "dana") => As(persona);

    public Task<HttpClient> AsApprover(string persona = "priya") => As(persona);

    public Task<HttpClient> AsAuditor(string persona = "alan") => As(persona);

    public Task<HttpClient> AsAdministrator(string persona = "ada") => As(persona);

    /// <summary>A client of <c>/api/v1</c> with the persona's access token. Redirects are not followed.</summary>
    public async Task<HttpClient> As(string persona)
    {
        if (!_tokens.TryGetValue(persona, out var token)) _tokens[persona] = token = await new PersonaSignIn(Address).TokenAsync(persona);
        var client = Anonymous();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    /// <summary>A browser in which the persona is signed in to the portal. It follows redirects and keeps cookies.</summary>
    public async Task<Browser> InBrowser(string persona)
    {
        var browser = new Browser(Address);
        await PersonaSignIn.InBrowserAsync(browser, persona);
        return browser;
    }

    /// <summary>A client without any sign-in. Redirects are not followed.</summary>
    public HttpClient Anonymous() => new(LoopbackHandler.Create()) { BaseAddress = Address };

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        try
        {
            Directory.Delete(Folder, recursive: true);
        }
        catch (IOException)
        {
            // SQLite's pool may hold the file for a moment longer; it lies in the system's temporary folder
        }
    }
}
