using AccessBroker.Testing;
using Microsoft.Data.Sqlite;

namespace AccessBroker.Server.Tests.Startup;

/// <summary>The program itself, started with settings that it must refuse: exit code 1, sentences, no stack trace.</summary>
public sealed class RefusedStartTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("accessbroker-refused-").FullName;
    private readonly Uri _address = new($"http://localhost:{FreePort.Next()}/");

    [Fact]
    public async Task Start_WithManyErrors_TellsThemAllAtOnce()
    {
        var ended = await ServerProcess.RunAsync(new Dictionary<string, string?>
        {
            ["Urls"] = "http://0.0.0.0:8480", ["Server:PublicUrl"] = "ftp://example.com", ["Rooms"] = "Gateway,Kitchen", ["Storage:Provider"] = "Oracle",
        });

        foreach (var setting in new[] { "Server:PublicUrl", "plain HTTP on http://0.0.0.0:8480", "Kitchen", "Oracle", "Storage:ConnectionString", "Keys:Folder", "Log:Origin", "Identity:Providers" })
            AssertRefused(ended, setting);
        Assert.Single(ended.Error.Split("Storage:Provider")[1..]); // the rules and the room know it both; it is said once
    }

    [Fact]
    public async Task Start_WithAnErrorInEachRoom_TellsThemAllAtOnceAndLeavesTheDatabaseAlone()
    {
        var targets = Path.Combine(_folder, "targets.yaml");
        await File.WriteAllTextAsync(targets, "targets:\n  - name: Help Desk\n    upsteam: http://127.0.0.1:9\n", TestContext.Current.CancellationToken);
        var file = Path.Combine(_folder, "broker.db");
        await using (var database = new SqliteConnection($"Data Source={file};Pooling=False"))
        {
            await database.OpenAsync(TestContext.Current.CancellationToken);
            await ExecuteAsync(database, "CREATE TABLE of_an_older_version (id INTEGER PRIMARY KEY)");
        }
        var before = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);

        var ended = await ServerProcess.RunAsync(DemoSettings.For(_address, _folder, new Dictionary<string, string?>
        {
            ["Server:MaxRequestBodyBytes"] = "1",
            ["Rooms"] = "Gateway,Web,Issuer,Kitchen",
            ["Telemetry:Endpoint"] = "collector",
            ["Telemetry:Protocol"] = "carrier pigeon",
            ["Storage:CommandTimeoutSeconds"] = "soon",
            ["Log:QueueLength"] = "long",
            ["Requests:PendingFor"] = "30.00:00:00",
            ["Gateway:ActivityTimeout"] = "00:00:00",
            ["Identity:Assignments:7:Role"] = "King",
            ["Targets:File"] = targets,
        }));

        foreach (var sentence in new[]
        {
            "Server:MaxRequestBodyBytes is 1", "Rooms names 'Kitchen'", "Telemetry:Endpoint is 'collector'", "Telemetry:Protocol is 'carrier pigeon'", // rules of the whole
            "'Storage:CommandTimeoutSeconds'", "'Log:QueueLength'", "Requests:PendingFor is 30.00:00:00", "Gateway:ActivityTimeout", "Identity:Assignments:7:Role is \"King\"", // options
            "targets.yaml:2:", "upsteam", // targets
        })
            AssertRefused(ended, sentence);
        Assert.Equal(before, await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken));
        Assert.False(Directory.Exists(Path.Combine(_folder, "keys")), "A start that is refused made a key.");
    }

    [Fact]
    public async Task Demo_NeitherOnNorOff_IsRefused()
    {
        var ended = await ServerProcess.RunAsync(DemoSettings.For(_address, _folder, new Dictionary<string, string?> { ["Demo:Enabled"] = "yes" }));

        AssertRefused(ended, "Demo:Enabled is 'yes': it is true or false.");
    }

    [Theory]
    [InlineData("Urls", "http://0.0.0.0:8480", "loopback only")]
    [InlineData("Urls", "http://*:8480", "loopback only")]
    [InlineData("Server:PublicUrl", "https://access.example.com", "this machine only")]
    [InlineData("Server:TlsEndsBefore", "true", "never stands behind a proxy")]
    [InlineData("Identity:Providers:0:Authority", "https://login.example.com", "never stand beside a real provider")]
    public async Task Demo_ThatOthersCouldReach_IsRefused(string setting, string value, string sentence)
    {
        var ended = await ServerProcess.RunAsync(DemoSettings.For(_address, _folder, new Dictionary<string, string?> { [setting] = value }));

        AssertRefused(ended, sentence);
    }

    [Fact]
    public async Task Start_WithoutDemoAndProvider_IsRefused()
    {
        var ended = await ServerProcess.RunAsync(DemoSettings.For(_address, _folder, new Dictionary<string, string?> { ["Demo:Enabled"] = "false" }));

        AssertRefused(ended, "Nobody could sign in");
    }

    [Fact]
    public async Task Start_OnAnAddressInUse_SaysSoInOneLine()
    {
        await using var first = await AccessBrokerFactory.StartAsync();

        var second = await ServerProcess.RunAsync(DemoSettings.For(first.Address, _folder));

        AssertRefused(second, "is in use by another program");
    }

    [Fact]
    public async Task Demo_OnADatabaseOfARealDeployment_IsRefused()
    {
        string file;
        await using (var broker = await AccessBrokerFactory.StartAsync())
        {
            file = Path.Combine(_folder, "broker.db");
            await using var copy = new SqliteConnection($"Data Source={broker.DatabaseFile}");
            await copy.OpenAsync();
            await ExecuteAsync(copy, $"VACUUM INTO '{file}'");
            Directory.CreateDirectory(Path.Combine(_folder, "keys"));
            foreach (var key in Directory.GetFiles(Path.Combine(broker.Folder, "keys"))) File.Copy(key, Path.Combine(_folder, "keys", Path.GetFileName(key)));
        }
        await using (var database = new SqliteConnection($"Data Source={file};Pooling=False"))
        {
            await database.OpenAsync();
            await ExecuteAsync(database, "UPDATE setting SET Value = 'real' WHERE Name = 'deployment'");
        }

        var ended = await ServerProcess.RunAsync(DemoSettings.For(_address, _folder));

        AssertRefused(ended, "belongs to a real deployment");
    }

    [Fact]
    public async Task Start_WithoutTheKeyFileOfItsDatabase_IsRefusedInWords()
    {
        await using (var broker = await AccessBrokerFactory.StartAsync())
        await using (var copy = new SqliteConnection($"Data Source={broker.DatabaseFile};Pooling=False"))
        {
            await copy.OpenAsync();
            await ExecuteAsync(copy, $"VACUUM INTO '{Path.Combine(_folder, "broker.db")}'");
        }

        var ended = await ServerProcess.RunAsync(DemoSettings.For(_address, _folder));

        AssertRefused(ended, "Put back the key file that belongs to this database");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static void AssertRefused(ServerProcess.Ended ended, string sentence)
    {
        Assert.True(ended.ExitCode == 1, $"exit code {ended.ExitCode}: {ended.Error}{ended.Output}");
        Assert.Contains(sentence, ended.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", ended.Error, StringComparison.Ordinal);
    }

    private static async Task ExecuteAsync(SqliteConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }
}
