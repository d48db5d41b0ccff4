using System.Security.Claims;
using System.Text.Json;
using AccessBroker.Access;
using AccessBroker.Audit;
using AccessBroker.Contracts;
using AccessBroker.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AccessBroker.Grants.Tests;

/// <summary>The whole room on a real SQLite file with the real log, two customers and the demo's people. Only the clock is the test's.</summary>
internal sealed class BrokerWorld : IAsyncDisposable
{
    public const string Issuer = "https://id.example";
    public const string Reason = "Ticket says that invoices are missing.";

    private readonly string _folder;
    private readonly IHost _host;

    private BrokerWorld(string folder, IHost host, FrozenClock time) => (_folder, _host, Time) = (folder, host, time);

    public FrozenClock Time { get; }

    public string Database => Path.Combine(_folder, "broker.db");

    public IServiceProvider Services => _host.Services;

    public static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>A database after its first start: made once, copied for each test.</summary>
    private static readonly Lazy<Task<string>> Started = new(async () => await (await StartInAsync(NewFolder(), [])).StopAsync());

    /// <param name="folder">Files of a world that was stopped, or that runs: then this is a second node.</param>
    /// <param name="settings">Beside the usual ones.</param>
    public static async Task<BrokerWorld> StartAsync(string? folder = null, params (string Key, string Value)[] settings)
    {
        if (folder is null)
        {
            folder = NewFolder();
            foreach (var file in Directory.GetFiles(await Started.Value))
                File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }
        return await StartInAsync(folder, settings);
    }

    private static string NewFolder() => Directory.CreateTempSubdirectory("grants-").FullName;

    private static async Task<BrokerWorld> StartInAsync(string folder, (string Key, string Value)[] settings)
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "targets.yaml"), Targets);
        var configuration = new Dictionary<string, string?>
        {
            ["Storage:ConnectionString"] = $"Data Source={Path.Combine(folder, "broker.db")};Pooling=False",
            ["Keys:Folder"] = folder,
            ["Log:Origin"] = "grants.test/log",
            ["Server:PublicUrl"] = "http://localhost:8480",
            ["Targets:File"] = Path.Combine(folder, "targets.yaml"),
            ["Tenants:0:Id"] = "acme", ["Tenants:0:Name"] = "Acme Corp",
            ["Tenants:1:Id"] = "globex", ["Tenants:1:Name"] = "Globex",
        };
        (string Subject, Role Role, string? Tenant)[] people =
        [
            ("dana", Role.Engineer, null), ("eve", Role.Engineer, null), ("frank", Role.Engineer, null), ("priya", Role.Approver, "acme"), ("paul", Role.Approver, "acme"),
            ("olga", Role.Approver, "globex"), ("alan", Role.VendorAuditor, null), ("ada", Role.Administrator, null),
            ("both", Role.Engineer, null), ("both", Role.Approver, "acme"), ("both", Role.Administrator, null),
        ];
        for (var i = 0; i < people.Length; i++)
        {
            configuration[$"Identity:Assignments:{i}:Provider"] = Issuer;
            configuration[$"Identity:Assignments:{i}:Subject"] = people[i].Subject;
            configuration[$"Identity:Assignments:{i}:Role"] = people[i].Role.ToString();
            configuration[$"Identity:Assignments:{i}:Tenant"] = people[i].Tenant;
            configuration[$"Identity:Assignments:{i}:Name"] = char.ToUpperInvariant(people[i].Subject[0]) + people[i].Subject[1..];
            configuration[$"Identity:Assignments:{i}:Organisation"] = people[i].Tenant is null ? "Northwind" : "Customer";
        }
        foreach (var (key, value) in settings)
            configuration[key] = value;

        var time = new FrozenClock(new DateTimeOffset(2026, 3, 2, 14, 2, 0, TimeSpan.Zero));
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(configuration);
        builder.Services.AddSingleton<TimeProvider>(time);
        builder.Services.AddLogging(l => l.SetMinimumLevel(LogLevel.Warning));
        builder.Services.AddStorage(builder.Configuration);
        builder.Services.AddAudit(builder.Configuration);
        builder.Services.AddGrants(builder.Configuration);
        var host = builder.Build();
        await StorageStartup.MigrateAsync(host.Services);
        await host.StartAsync(CancellationToken.None);
        return new BrokerWorld(folder, host, time);
    }

    public T Get<T>()
        where T : notnull => _host.Services.CreateScope().ServiceProvider.GetRequiredService<T>();

    public async Task<Actor> AsAsync(string subject) =>
        await Get<ActorResolver>().ResolveAsync(PrincipalOf(subject), Cancel) ?? throw new InvalidOperationException($"{subject} is nobody.");

    public static ClaimsPrincipal PrincipalOf(string subject) =>
        new(PersonClaims.Identity(new SignedIn(Issuer, subject, subject, "Test", null, "demo-persona"), "test"));

    public static CreateRequest Ask(string tenant = "acme", string target = "helpdesk", int minutes = 30, string reason = Reason, params string[] operations) =>
        new(tenant, target, operations.Length == 0 ? ["tickets.read", "tickets.stream"] : operations, minutes, "customer-support", reason, "48213");

    public async Task<Outcome<RequestView>> AskAsync(string subject, CreateRequest? ask = null, string? key = null) =>
        await Get<AskForAccess>().RunAsync(await AsAsync(subject), ask ?? Ask(), key, Cancel);

    public async Task<RequestView> AskedAsync(string subject = "dana", CreateRequest? ask = null) => Value(await AskAsync(subject, ask));

    public async Task<Outcome<GrantView>> ApproveAsync(string subject, RequestView request, int? minutes = null, params string[]? operations) =>
        await Get<ApproveAccess>().RunAsync(
            await AsAsync(subject), request.Id, new ApproveRequest(request.Version, minutes, operations is { Length: > 0 } ? operations : null), Cancel);

    public async Task<GrantView> GrantedAsync(string subject = "dana", int? minutes = null, CreateRequest? ask = null) =>
        Value(await ApproveAsync("priya", await AskedAsync(subject, ask), minutes));

    public async Task<SessionToken> StartedAsync(GrantView grant, string subject = "dana") =>
        Value(await Get<StartSession>().RunAsync(await AsAsync(subject), grant.Id, Cancel));

    public static T Value<T>(Outcome<T> outcome)
        where T : class => outcome.Value ?? throw new InvalidOperationException(outcome.Refusal!.ToString());

    /// <summary>Every body in the log, in order, with the header's ref as "$ref" and its id as "$id".</summary>
    public async Task<IReadOnlyList<LoggedEntry>> LogAsync()
    {
        var reader = Get<ITrailReader>();
        var entries = new List<LoggedEntry>();
        while (await reader.ReadAsync(entries.Count, Cancel) is { } entry)
            entries.Add(new LoggedEntry(entry.Index, entry.Header.Id, entry.Header.Ref, entry.Header.Trail.ToString(), JsonDocument.Parse(entry.Body!).RootElement));
        return entries;
    }

    public async Task<IReadOnlyList<LoggedEntry>> LogAsync(string kind) => [.. (await LogAsync()).Where(e => e.Kind == kind)];

    /// <summary>Somebody with the database password.</summary>
    public async Task<int> TamperAsync(string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={Database};Pooling=False");
        await connection.OpenAsync(Cancel);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return await command.ExecuteNonQueryAsync(Cancel);
    }

    /// <summary>Another process that holds SQLite's only write lock.</summary>
    public async Task<IAsyncDisposable> HoldWriteLockAsync()
    {
        var connection = new SqliteConnection($"Data Source={Database};Pooling=False");
        await connection.OpenAsync(Cancel);
        await using var command = connection.CreateCommand();
        command.CommandText = "BEGIN IMMEDIATE";
        await command.ExecuteNonQueryAsync(Cancel);
        return connection;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Stops the server and leaves its files for the next start.</summary>
    public async Task<string> StopAsync()
    {
        await _host.StopAsync(CancellationToken.None);
        _host.Dispose();
        return _folder;
    }

    private const string Targets = """
        targets:
          - name: helpdesk
            title: Northwind Helpdesk
            upstream: http://127.0.0.1:9
            tenant: { in: path, template: "/orgs/{tenant}/**" }
            shared_credential: true
            allow_bearer: true
            operations:
              - name: tickets.read
                sentence: See your tickets and their comments
                methods: [GET, HEAD]
                paths: ["/orgs/{tenant}/tickets", "/orgs/{tenant}/tickets/{id}"]
                query: [q, page]
              - name: tickets.stream
                sentence: Watch what happens on your tickets
                methods: [GET]
                paths: ["/orgs/{tenant}/tickets/stream"]
              - name: tickets.reply
                sentence: Write comments on your tickets
                methods: [POST]
                paths: ["/orgs/{tenant}/tickets/{id}/comments"]
                writes: true
          - name: crm
            title: CRM
            upstream: http://127.0.0.1:9
            tenant: { in: header, name: X-Tenant }
            operations:
              - name: orders.read
                sentence: See your orders
                methods: [GET]
                paths: ["/orders/**"]
        """;
}

internal sealed record LoggedEntry(long Index, Guid Id, Guid Ref, string Trail, JsonElement Body)
{
    public string Kind => Body.GetProperty("kind").GetString()!;

    public string? this[string name] => Body.TryGetProperty(name, out var value) ? value.ToString() : null;
}
