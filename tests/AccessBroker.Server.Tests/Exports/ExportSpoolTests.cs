using System.Net;
using System.Runtime.Versioning;
using AccessBroker.Audit;
using AccessBroker.Contracts;
using AccessBroker.Server.Tests.Api;
using AccessBroker.Server.Tests.Log;
using AccessBroker.Testing;
using AccessBroker.Web.Exports;
using AccessBroker.Storage;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace AccessBroker.Server.Tests.Exports;

/// <summary>Exports when something breaks: the server, the network, the room on the disk.</summary>
[UnsupportedOSPlatform("windows")] // modes of files
public sealed class ExportSpoolTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("accessbroker-spool-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task BrokenDownload_TheCommandLineGoesOnWhereItStoppedAndTheBundleVerifies()
    {
        var bundle = Path.Combine(_folder, "acme.zip");
        var network = new BreakingDownloads(times: 2, received: () => new FileInfo(bundle + ".part") is { Exists: true, Length: var length } ? length : 0);
        await using var broker = await AccessBrokerFactory.StartAsync(services: s => s.AddSingleton<IStartupFilter>(network));
        string[] server = ["--server", broker.Address.ToString(), "--profile", Path.GetFileName(_folder)];
        var (signedIn, _, error) = await AsAlanAsync(["login", "--as", "alan", .. server]);
        Assert.True(signedIn == 0, error);
        await File.WriteAllTextAsync(Path.Combine(_folder, "vkey"), await broker.Anonymous().GetStringAsync("/log/vkey"));

        var exported = await AsAlanAsync(["audit", "export", "--tenant", "acme", "--out", bundle, .. server]);
        var verified = await CliProcess.RunAsync("verify", bundle, "--key", Path.Combine(_folder, "vkey"));

        Assert.True(exported.Code == 0, exported.Error);
        Assert.Contains("going on", exported.Error, StringComparison.Ordinal);
        var size = new FileInfo(bundle).Length;
        Assert.Equal(new string?[] { null, $"bytes={network.Had[1]}-", $"bytes={network.Had[2]}-" }, network.Ranges); // from what it really had on its disk
        Assert.Equal(new[] { 0, size * 3 / 4 }, network.Had.Take(2));
        Assert.InRange(network.Had[2], network.Had[1] + 1, size - 1);
        Assert.InRange(network.Sent, size, size * 3 / 2); // in all; who begins anew each time fetches two files and a half
        Assert.True(verified.Code == 0, verified.Output + verified.Error);
        Assert.Contains("entries.parquet equals", verified.Output, StringComparison.Ordinal);
        Assert.Empty((await (await broker.AsAuditor("alan")).GetAsync(ExportCalls.Address, ContractsJson.Default.PageExportView)).Items); // it tidied up

        var table = await AsAlanAsync(["audit", "export", "--tenant", "acme", "--as", "csv", "--out", Path.Combine(_folder, "acme.csv"), .. server]);
        Assert.True(table.Code == 0, table.Error);
        Assert.StartsWith("idx,leaf,", await File.ReadAllTextAsync(Path.Combine(_folder, "acme.csv")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ServerGone_ExportIsInterruptedAndCanBeStartedAgain()
    {
        await using var broker = await AccessBrokerFactory.StartAsync();
        var alan = await broker.AsAuditor("alan");
        var export = await alan.ReadyAsync("csv");
        // As a server leaves it that is killed while it works: a job that says running, half a file, a lock that nobody holds.
        var job = Path.Combine(broker.Folder, "exports", export.Id.ToString("D"), "job.json");
        await File.WriteAllTextAsync(job, (await File.ReadAllTextAsync(job)).Replace("\"Ready\"", "\"Running\"", StringComparison.Ordinal));

        var found = await alan.LookAsync(export.Id);
        Assert.Equal("interrupted", found.State);
        await alan.GetForProblemAsync($"{ExportCalls.Address}/{export.Id}/file", HttpStatusCode.Conflict);

        var again = await alan.PostAsync<object, ExportView>($"{ExportCalls.Address}/{export.Id}/start", null, null, ContractsJson.Default.ExportView, HttpStatusCode.Accepted);
        Assert.Equal("ready", (await alan.EndedAsync(again)).State);
        await alan.PostForProblemAsync($"{ExportCalls.Address}/{export.Id}/start", null, HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task NoRoom_ExportFailsAndSaysWhatToDo()
    {
        await using var broker = await AccessBrokerFactory.StartAsync(new Dictionary<string, string?> { ["Exports:MaxBytes"] = (1 << 20).ToString() });
        Directory.CreateDirectory(Path.Combine(broker.Folder, "exports"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await File.WriteAllBytesAsync(Path.Combine(broker.Folder, "exports", "other"), new byte[(1 << 20) - 100]);
        var alan = await broker.AsAuditor("alan");

        var ended = await alan.EndedAsync(await alan.OrderAsync());

        Assert.Equal("failed", ended.State);
        Assert.Contains("no room", ended.Error, StringComparison.Ordinal);
        Assert.Contains("remove others", ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TooManyAtOnce_TheOthersWaitAndTheFifthIsRefused()
    {
        await using var broker = await AccessBrokerFactory.StartAsync(services: s => s.AddSingleton<ExportSpool>(p => Spool(p, p.GetRequiredService<TimeProvider>())));
        var alan = await broker.AsAuditor("alan");
        var spool = broker.Services.GetRequiredService<ExportSpool>();
        var person = (await alan.GetAsync("/api/v1/me", ContractsJson.Default.Me)).Id;
        var held = Enumerable.Range(0, 4).Select(_ => spool.Create(Export(person, DateTimeOffset.UtcNow))).ToList(); // under way at another server that shares the folder

        var problem = await alan.PostForProblemAsync(ExportCalls.Address, """{"tenant":"acme"}""", HttpStatusCode.TooManyRequests);
        Assert.Equal("urn:accessbroker:problem:too-many-exports", problem.Type);
        Assert.All((await alan.GetAsync(ExportCalls.Address, ContractsJson.Default.PageExportView)).Items, e => Assert.Equal("queued", e.State));
        held.ForEach(h => h.Dispose()); // that server died
        Assert.All((await alan.GetAsync(ExportCalls.Address, ContractsJson.Default.PageExportView)).Items, e => Assert.Equal("interrupted", e.State));
        await alan.ReadyAsync("csv");
    }

    [Fact]
    public void OldExports_AreRemovedAndOpenOnesStay()
    {
        var now = DateTimeOffset.UtcNow;
        var spool = new ExportSpool(Options.Create(new ExportOptions { Folder = Path.Combine(_folder, "x") }), Options.Create(new KeyOptions()), Options.Create(new AuditOptions()), TimeProvider.System);
        var (old, young, open) = (Export(Guid.Empty, now), Export(Guid.Empty, now), Export(Guid.Empty, now.AddHours(-30)));
        spool.Create(old).Dispose();
        spool.Write(old with { State = ExportState.Ready, FinishedAt = now.AddHours(-25) });
        spool.Create(young).Dispose();
        spool.Write(young with { State = ExportState.Failed, FinishedAt = now.AddHours(-23) });
        using var held = spool.Create(open);

        spool.Sweep();

        Assert.Equal(new[] { young.Id, open.Id }.Order(), spool.All().Select(e => e.Id).Order());
    }

    [Fact]
    public void Folder_ThatOthersMayEnter_IsRefused()
    {
        var open = Path.Combine(_folder, "open");
        Directory.CreateDirectory(open);
        File.SetUnixFileMode(open, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        var spool = new ExportSpool(Options.Create(new ExportOptions { Folder = open }), Options.Create(new KeyOptions()), Options.Create(new AuditOptions()), TimeProvider.System);

        var refusal = Assert.Throws<IOException>(() => spool.Create(Export(Guid.Empty, DateTimeOffset.UnixEpoch)));

        Assert.Contains("mode 700", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_AreTheServersUsersAlone()
    {
        await using var broker = await AccessBrokerFactory.StartAsync();
        var export = await (await broker.AsAuditor("alan")).ReadyAsync();
        const UnixFileMode others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

        var found = Directory.EnumerateFileSystemEntries(Path.Combine(broker.Folder, "exports"), "*", SearchOption.AllDirectories).ToList();

        Assert.Contains(found, path => Path.GetFileName(path) == "data" && new FileInfo(path).Length == export.Bytes);
        Assert.All(found, path => Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(path) & others));
    }

    [Fact]
    public async Task BadSettings_AreToldAtStart()
    {
        var ended = await ServerProcess.RunAsync(DemoSettings.For(new Uri($"http://localhost:{FreePort.Next()}/"), _folder, new Dictionary<string, string?>
        {
            ["Exports:KeepFor"] = "00:00:01", ["Exports:MaxBytes"] = "7", ["Exports:AtOnce"] = "0", ["Exports:Folder"] = "here",
        }));

        Assert.Equal(1, ended.ExitCode);
        Assert.All(new[] { "Exports:KeepFor is", "Exports:MaxBytes is 7", "Exports:AtOnce is 0", "Exports:Folder is 'here'" }, sentence => Assert.Contains(sentence, ended.Error, StringComparison.Ordinal));
    }

    /// <summary>With a home of its own for the sign-in.</summary>
    private Task<(int Code, string Output, string Error)> AsAlanAsync(string[] arguments)
    {
        var start = CliProcess.StartInfo(arguments);
        start.Environment["XDG_CONFIG_HOME"] = _folder;
        return CliProcess.RunAsync(start);
    }

    private static ExportSpool Spool(IServiceProvider p, TimeProvider time) =>
        new(p.GetRequiredService<IOptions<ExportOptions>>(), p.GetRequiredService<IOptions<KeyOptions>>(), p.GetRequiredService<IOptions<AuditOptions>>(), time);

    private static SpooledExport Export(Guid owner, DateTimeOffset at) =>
        new(Guid.CreateVersion7(at), owner, new ExportOrder("acme", "Acme Corp", "Alan", null, null, null, null, null, null), "evidence.zip", ExportState.Queued, at);
}
