using AccessBroker.Testing;
using Microsoft.Data.Sqlite;

namespace AccessBroker.Server.Tests.Log;

/// <summary>An operator restores last night's backup: the programs as they run them, from the refusal to a customer's verification.</summary>
public sealed class RestoredLogTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("restored-").FullName;

    [Fact]
    public async Task Restore_OlderBackup_RefusedDeclaredServedAndVerifiedByWhatTheCustomerKept()
    {
        string oldKey, kept, lost;
        await using (var server = await StartAsync())
        {
            using var http = server.Anonymous();
            oldKey = (await http.GetStringAsync("/log/vkey")).Trim();
            kept = await PublishAsync(server);
            await server.StopAsync();
        }
        Copy("broker.db", "backup.db");
        await using (var server = await StartAsync())
        {
            for (var i = 0; i < 3; i++) await new PersonaSignIn(server.Address).TokenAsync("dana");
            lost = await PublishAsync(server);
            await server.StopAsync();
        }
        foreach (var file in Directory.GetFiles(_folder, "broker.db*")) File.Delete(file);
        Copy("backup.db", "broker.db");

        var refused = await ServerProcess.RunAsync(Settings());
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("an older backup was restored, or entries were removed", refused.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", refused.Error + refused.Output, StringComparison.Ordinal);

        var incomplete = await ServerProcess.RunAsync(Settings(("reason", "short")), "declare-restore");
        Assert.Equal(1, incomplete.ExitCode);
        Assert.Contains("--by is missing", incomplete.Error, StringComparison.Ordinal);
        Assert.Contains("--reason is missing or not 10–2000 characters", incomplete.Error, StringComparison.Ordinal);
        var declared = await ServerProcess.RunAsync(Settings(("by", "ada"), ("reason", "The disk of the database broke.")), "declare-restore");
        Assert.True(declared.ExitCode == 0, declared.Output + declared.Error);
        Assert.Contains("The log goes on as test.example/log-r2", declared.Output, StringComparison.Ordinal);
        var again = await ServerProcess.RunAsync(Settings(("by", "ada"), ("reason", "The disk of the database broke.")), "declare-restore");
        Assert.Equal(1, again.ExitCode);
        Assert.Contains("Nothing that this log signed is known here", again.Error, StringComparison.Ordinal);

        await using var restored = await StartAsync();
        using var anonymous = restored.Anonymous();
        var key = (await anonymous.GetStringAsync("/log/vkey")).Trim();
        Assert.Contains(key, declared.Output, StringComparison.Ordinal);
        Assert.StartsWith("test.example/log-r2+", key, StringComparison.Ordinal);

        var bundle = await ExportAsync(restored, kept);
        var verified = await CliProcess.RunAsync("verify", bundle, "--key", key, "--pinned", Keep("kept", kept), "--format", "table");
        Assert.True(verified.Code == 0, verified.Output + verified.Error);
        Assert.Contains("The log was restored from a backup of", verified.Output, StringComparison.Ordinal);
        var beyond = await CliProcess.RunAsync("verify", bundle, "--key", key, "--pinned", Keep("lost", lost));
        Assert.Equal(9, beyond.Code);
        Assert.Contains("entries that you were shown were lost", beyond.Output + beyond.Error, StringComparison.Ordinal);
        var oldName = await CliProcess.RunAsync("verify", bundle, "--key", oldKey);
        Assert.Equal(9, oldName.Code);
        Assert.Contains("the name that a log takes after a restore", oldName.Output + oldName.Error, StringComparison.Ordinal);

        using var alan = await AlanAsync(restored);
        using var asked = await alan.PostAsync("/api/v1/audit/bundle?tenant=acme", new StringContent(lost));
        Assert.Equal(System.Net.HttpStatusCode.UnprocessableEntity, asked.StatusCode);
        Assert.Contains("are lost", await asked.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    private Task<RunningServer> StartAsync() => RunningServer.StartAsync(_folder, new Dictionary<string, string?>());

    private Dictionary<string, string?> Settings(params (string Key, string Value)[] more)
    {
        var settings = DemoSettings.For(new Uri($"http://localhost:{FreePort.Next()}/"), _folder);
        foreach (var (key, value) in more) settings[key] = value;
        return settings;
    }

    private static async Task<HttpClient> AlanAsync(RunningServer server)
    {
        var alan = server.Anonymous();
        alan.DefaultRequestHeaders.Authorization = new("Bearer", await new PersonaSignIn(server.Address).TokenAsync("alan"));
        return alan;
    }

    private static async Task<string> PublishAsync(RunningServer server)
    {
        using var alan = await AlanAsync(server);
        return await alan.GetStringAsync("/api/v1/audit/checkpoint?publish=true");
    }

    private async Task<string> ExportAsync(RunningServer server, string pinned)
    {
        using var alan = await AlanAsync(server);
        using var answer = await alan.PostAsync("/api/v1/audit/bundle?tenant=acme", new StringContent(pinned));
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        var bundle = Path.Combine(_folder, "bundle.zip");
        await File.WriteAllBytesAsync(bundle, await answer.Content.ReadAsByteArrayAsync());
        return bundle;
    }

    private string Keep(string name, string note)
    {
        var file = Path.Combine(_folder, name);
        File.WriteAllText(file, note);
        return file;
    }

    private void Copy(string from, string to)
    {
        using var source = new SqliteConnection($"Data Source={Path.Combine(_folder, from)};Pooling=False");
        using var target = new SqliteConnection($"Data Source={Path.Combine(_folder, to)};Pooling=False");
        source.Open();
        target.Open();
        source.BackupDatabase(target);
    }
}
