namespace Bench;

/// <summary>Everything that is measured, up and running side by side, all before the same upstream.</summary>
internal sealed class Stage : IAsyncDisposable
{
    private readonly Stack<IAsyncDisposable> _started = new();
    private readonly List<Broker> _brokers = [];

    public List<IVariant> Variants { get; } = [];

    /// <summary>Starts everything. Disposing ends what was started, also where this failed half-way.</summary>
    public async Task StartAsync(BenchOptions options)
    {
        var upstream = Running.FreePort();
        Keep(await Nginx.StartUpstreamAsync(Folder("upstream"), upstream));

        var bare = Running.FreePort();
        Keep(await BareYarp.StartAsync(options, Folder("bare"), bare, upstream));

        // Also the issuer of the tokens that the other programs get, and so always there.
        var onSqlite = KeepBroker(await Broker.StartAsync(options, "Sqlite", $"Data Source={Path.Combine(Folder("sqlite"), "broker.db")}", Folder("sqlite"), upstream));
        Variants.Add(new BareYarp(bare, onSqlite));
        if (Wanted("audited-sqlite"))
            AddAudited("audited-sqlite", onSqlite);

        if (Wanted("audited-postgresql"))
        {
            var database = Keep(await PostgreSql.StartAsync(Folder("postgresql")));
            Console.WriteLine($"PostgreSQL: {await database.RequireDurableAsync()}");
            var onPostgreSql = KeepBroker(await Broker.StartAsync(options, "PostgreSql", database.ConnectionString, Folder("broker-postgresql"), upstream));
            AddAudited("audited-postgresql", onPostgreSql);
        }
        if (Wanted("nginx-auth-request"))
        {
            var port = Running.FreePort();
            Keep(await NginxAuthRequest.StartAsync(Folder("nginx"), port, upstream, Running.FreePort()));
            Variants.Add(new NginxAuthRequest(port, NginxAuthRequest.AccessLog(Folder("nginx")), onSqlite));
        }
        if (Wanted("haproxy-jwt"))
        {
            var port = Running.FreePort();
            Keep(await HaproxyJwt.StartAsync(Folder("haproxy"), port, upstream, onSqlite));
            Variants.Add(new HaproxyJwt(port, HaproxyJwt.Log(Folder("haproxy")), onSqlite));
        }

        string Folder(string name) => Directory.CreateDirectory(Path.Combine(options.Work, name)).FullName;
        bool Wanted(string name) => options.Only.Count == 0 || options.Only.Any(name.Contains);
    }

    /// <summary>
    /// Waits until the brokers have nothing left to do. After a burst they write their search projection behind; that must not
    /// be charged to whoever is measured next.
    /// </summary>
    public async Task SettleAsync()
    {
        for (var i = 0; i < 240; i++)
        {
            var before = _brokers.Select(b => b.Process.ProcessorTime).ToList();
            await Task.Delay(500);
            var busiest = _brokers.Zip(before, (broker, then) => broker.Process.ProcessorTime - then).Max();
            if (busiest < TimeSpan.FromMilliseconds(50))
                return;
        }
        throw new BenchException("A broker is still busy two minutes after its last request.");
    }

    public async ValueTask DisposeAsync()
    {
        while (_started.TryPop(out var last))
            await last.DisposeAsync();
    }

    /// <summary>Twice: telling the upstream who calls, which costs a signature each time, and to one that does not read it.</summary>
    private void AddAudited(string name, Broker broker)
    {
        Variants.Add(new AuditedGateway(name, broker, Broker.Target));
        Variants.Add(new AuditedGateway(name + "-unasserted", broker, Broker.Unasserted));
    }

    private T Keep<T>(T started) where T : IAsyncDisposable
    {
        _started.Push(started);
        return started;
    }

    private Broker KeepBroker(Broker broker)
    {
        _brokers.Add(broker);
        return Keep(broker);
    }
}
