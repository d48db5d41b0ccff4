using System.Net;
using System.Net.Sockets;
using System.Security.Claims;
using System.Text;
using System.Text.Json;
using AccessBroker.Access;
using AccessBroker.Audit;
using AccessBroker.Contracts;
using AccessBroker.Grants;
using AccessBroker.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AccessBroker.Gateway.Tests;

/// <summary>The gateway on a real server, with the real log and grants on a SQLite file, before a real upstream.</summary>
public sealed class GatewayWorld : IAsyncLifetime
{
    public const string Credential = "Bearer upstream-secret";
    private const string Issuer = "https://id.example";

    private readonly string _folder = Directory.CreateTempSubdirectory("gateway-").FullName;
    private WebApplication _app = null!;
    private Upstream _upstream = null!;
    private BreakableLog _log = null!;

    internal Upstream Upstream => _upstream;

    internal BreakableLog Log => _log;

    public int Port { get; private set; }

    public string Host => $"acme--helpdesk.localhost:{Port}";

    public string Origin => "http://" + Host;

    public static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _upstream = await Upstream.StartAsync();
        Port = FreePort();
        await File.WriteAllTextAsync(Path.Combine(_folder, "targets.yaml"), Targets.Yaml(_upstream.Origin));
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(Settings());
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{Port}");
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddStorage(builder.Configuration);
        builder.Services.AddAudit(builder.Configuration);
        var real = builder.Services.Single(s => s.ServiceType == typeof(IAuditLog)).ImplementationType!;
        builder.Services.AddSingleton<IAuditLog>(p => _log = new BreakableLog((IAuditLog)ActivatorUtilities.CreateInstance(p, real)));
        builder.Services.AddGrants(builder.Configuration);
        builder.Services.AddGateway(builder.Configuration);
        _app = builder.Build();
        _app.MapGateway();
        _app.MapGatewayKeys();
        _app.MapFallback(() => Results.Text("portal"));
        await StorageStartup.MigrateAsync(_app.Services);
        await _app.StartAsync();
    }

    /// <summary>A grant of all operations of the target, and a session of it.</summary>
    public async Task<SessionToken> SessionAsync(string engineer = "dana", string tenant = "acme", string target = "helpdesk", params string[] operations)
    {
        var all = operations.Length > 0 ? operations : [.. Get<ICatalogue>().Current.Find(target)!.Operations.Select(o => o.Name)];
        var ask = new CreateRequest(tenant, target, all, 30, "customer-support", "The ticket says that invoices are missing.", "48213");
        var asked = Value(await Get<AskForAccess>().RunAsync(await AsAsync(engineer), ask, null, Cancel));
        var approver = tenant == "acme" ? "priya" : "olga";
        var grant = Value(await Get<ApproveAccess>().RunAsync(await AsAsync(approver), asked.Id, new ApproveRequest(asked.Version), Cancel));
        return Value(await Get<StartSession>().RunAsync(await AsAsync(engineer), grant.Id, Cancel));
    }

    public async Task RevokeAsync(SessionToken session) =>
        Value(await Get<RevokeGrant>().RunAsync(await AsAsync("priya"), session.Session.GrantId, Cancel));

    public async Task<string> BrowserAddressAsync(SessionToken session, string engineer) =>
        Value(await Get<OpenBrowser>().RunAsync(await AsAsync(engineer), session.Session.Id, Cancel)).Url;

    public T Get<T>()
        where T : notnull => _app.Services.CreateScope().ServiceProvider.GetRequiredService<T>();

    /// <summary>A client that reaches the gateway's hosts whatever the resolver says, follows nothing and keeps no cookies.</summary>
    public HttpClient Client(SessionToken? session = null, string? host = null)
    {
        var client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false, UseCookies = false, UseProxy = false,
            ConnectCallback = async (_, token) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await socket.ConnectAsync(IPAddress.Loopback, Port, token);
                return new NetworkStream(socket, ownsSocket: true);
            },
        })
        { BaseAddress = new Uri("http://" + (host ?? Host)), Timeout = TimeSpan.FromSeconds(20) };
        if (session is not null)
            client.DefaultRequestHeaders.Authorization = new("Bearer", session.Token);
        return client;
    }

    /// <summary>Sends bytes as they are, and returns all that comes until the server closes or says nothing more for a second.</summary>
    public async Task<string> RawAsync(string request)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, Port, Cancel);
        await socket.SendAsync(Encoding.Latin1.GetBytes(request), Cancel);
        var answer = new MemoryStream();
        var buffer = new byte[8192];
        while (true)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
            limit.CancelAfter(TimeSpan.FromSeconds(answer.Length == 0 ? 10 : 1));
            try
            {
                var read = await socket.ReceiveAsync(buffer, limit.Token);
                if (read == 0)
                    break;
                answer.Write(buffer, 0, read);
            }
            catch (OperationCanceledException) when (answer.Length > 0)
            {
                break;
            }
        }

        return Encoding.UTF8.GetString(answer.ToArray());
    }

    internal async Task<IReadOnlyList<Logged>> EntriesAsync(long from = 0)
    {
        var reader = Get<ITrailReader>();
        var entries = new List<Logged>();
        while (await reader.ReadAsync(from + entries.Count, Cancel) is { } entry)
            entries.Add(new Logged(entry.Index, entry.Header.Class, entry.Header.Id, entry.Header.Ref, JsonDocument.Parse(entry.Body!).RootElement));
        return entries;
    }

    /// <summary>The first entry that fits, waited for: outcomes come after the response.</summary>
    internal async Task<Logged> EntryAsync(Func<Logged, bool> fits, string what)
    {
        for (var i = 0; i < 100; i++)
        {
            if ((await EntriesAsync()).LastOrDefault(fits) is { } found)
                return found;
            await Task.Delay(50, Cancel);
        }

        throw new InvalidOperationException($"The log has no {what}.");
    }

    internal Task<Logged> IntentAsync(Guid id) => EntryAsync(e => e.Id == id, $"intent {id}");

    internal Task<Logged> OutcomeAsync(Guid intent) => EntryAsync(e => e.Class == Evidence.EntryClass.Outcome && e.Ref == intent, $"outcome of {intent}");

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        await _upstream.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<Actor> AsAsync(string subject) =>
        await Get<ActorResolver>().ResolveAsync(new ClaimsPrincipal(PersonClaims.Identity(new SignedIn(Issuer, subject, subject, "Test", null, "oidc"), "test")), Cancel)
        ?? throw new InvalidOperationException($"{subject} is nobody.");

    private static T Value<T>(Outcome<T> outcome)
        where T : class => outcome.Value ?? throw new InvalidOperationException(outcome.Refusal!.ToString());

    private Dictionary<string, string?> Settings()
    {
        var settings = new Dictionary<string, string?>
        {
            ["Storage:ConnectionString"] = $"Data Source={Path.Combine(_folder, "broker.db")};Pooling=False",
            ["Keys:Folder"] = _folder,
            ["Log:Origin"] = "gateway.test/log",
            ["Server:PublicUrl"] = $"http://localhost:{Port}",
            ["Targets:File"] = Path.Combine(_folder, "targets.yaml"),
            ["Tenants:0:Id"] = "acme", ["Tenants:0:Name"] = "Acme Corp",
            ["Tenants:1:Id"] = "globex", ["Tenants:1:Name"] = "Globex",
        };
        (string Subject, Role Role, string? Tenant)[] people =
        [
            .. Enumerable.Range(0, 12).Select(i => ($"engineer{i}", Role.Engineer, (string?)null)),
            ("dana", Role.Engineer, null), ("priya", Role.Approver, "acme"), ("olga", Role.Approver, "globex"),
        ];
        for (var i = 0; i < people.Length; i++)
        {
            settings[$"Identity:Assignments:{i}:Provider"] = Issuer;
            settings[$"Identity:Assignments:{i}:Subject"] = people[i].Subject;
            settings[$"Identity:Assignments:{i}:Role"] = people[i].Role.ToString();
            settings[$"Identity:Assignments:{i}:Tenant"] = people[i].Tenant;
            settings[$"Identity:Assignments:{i}:Name"] = people[i].Subject;
            settings[$"Identity:Assignments:{i}:Organisation"] = "Northwind";
        }

        return settings;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
