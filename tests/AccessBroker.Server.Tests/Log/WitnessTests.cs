using System.Globalization;
using System.Net;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;

namespace AccessBroker.Server.Tests.Log;

/// <summary>The witness that a customer runs, as a process, against logs that are honest and logs that are not.</summary>
public sealed class WitnessTests : IDisposable
{
    private readonly string _folder = Path.Combine(Directory.CreateTempSubdirectory("witness-").FullName, "w");
    private readonly SmallLog _log = new("small.example/log"), _other = new("other.example/log"), _impostor = new("small.example/log");

    [Fact]
    public async Task AddCheckpoint_LogGrows_IsCosignedAndShownToMonitors()
    {
        await using var witness = await WitnessProcess.StartAsync(_folder, _log.VKey);
        using var http = witness.Client();
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(_log.Origin)));
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync($"/{hash}/checkpoint")).StatusCode);

        foreach (var (old, size) in ((int, int)[])[(0, 5), (5, 5), (5, 6), (6, 21), (21, 64)])
        {
            var (status, _, body) = await AddAsync(http, _log.Request(old, size));
            Assert.Equal(200, status);
            Assert.True(_log.IsCosigned(body, witness.Key, size));
            Assert.Equal(_log.Note(size) + body, await http.GetStringAsync($"/{hash}/checkpoint"));
        }
    }

    [Fact]
    public async Task AddCheckpoint_ForkOrRollback_IsRefusedAndForgotten()
    {
        await using var witness = await WitnessProcess.StartAsync(_folder, _log.VKey);
        using var http = witness.Client();
        var fork = _log.Fork();
        Assert.Equal(200, (await AddAsync(http, _log.Request(0, 30))).Status);

        Assert.Equal(422, (await AddAsync(http, fork.Request(30, 30))).Status); // another root for the same size
        Assert.Equal(422, (await AddAsync(http, fork.Request(30, 40))).Status); // honest proof of another history
        Assert.Equal(422, (await AddAsync(http, _log.Request(30, 40, []))).Status);
        Assert.Equal((409, "text/x.tlog.size", "30\n"), await AddAsync(http, _log.Request(20, 25))); // rollback
        Assert.Equal((409, "text/x.tlog.size", "30\n"), await AddAsync(http, fork.Request(0, 40))); // begin anew
        Assert.Equal((409, "text/x.tlog.size", "30\n"), await AddAsync(http, fork.Request(20, 40)));
        Assert.Equal(400, (await AddAsync(http, _log.Request(41, 40, []))).Status);

        Assert.Equal(200, (await AddAsync(http, _log.Request(30, 40))).Status); // the honest log goes on
    }

    [Fact]
    public async Task AddCheckpoint_WrongKeyOrLog_IsRefusedAsTheSpecificationSays()
    {
        await using var witness = await WitnessProcess.StartAsync(_folder, _log.VKey);
        using var http = witness.Client();

        Assert.Equal(403, (await AddAsync(http, _impostor.Request(0, 5))).Status); // the same name, another key
        Assert.Equal(404, (await AddAsync(http, _other.Request(0, 5))).Status);
        var note = _log.Request(0, 5);
        Assert.Equal(403, (await AddAsync(http, note.Replace("\n5\n", "\n6\n", StringComparison.Ordinal))).Status); // signed, then changed
        Assert.Equal(400, (await AddAsync(http, note[..^1])).Status);
        Assert.Equal(400, (await AddAsync(http, "")).Status);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await http.GetAsync("/add-checkpoint")).StatusCode);
    }

    [Fact]
    public async Task Restart_AfterAKill_RemembersKeyAndSize()
    {
        string key, listen;
        await using (var first = await WitnessProcess.StartAsync(_folder, _log.VKey))
        {
            using var http = first.Client();
            (key, listen) = (first.Key, first.Address.Authority);
            Assert.Equal(200, (await AddAsync(http, _log.Request(0, 30))).Status);
        }

        await using var second = await WitnessProcess.StartAsync(_folder, _log.VKey, listen);
        using var again = second.Client();
        Assert.Equal(key, second.Key);
        Assert.Equal((409, "text/x.tlog.size", "30\n"), await AddAsync(again, _log.Fork().Request(0, 40)));
        Assert.Equal(200, (await AddAsync(again, _log.Request(30, 40))).Status);
    }

    [Fact]
    public async Task Kill_WhileItCosigns_NeverForgetsWhatItAnswered()
    {
        for (int round = 0, size = 0; round < 5; round++)
        {
            var witness = await WitnessProcess.StartAsync(_folder, _log.VKey);
            using var http = witness.Client();
            var (status, _, body) = await AddAsync(http, _log.Request(0, 1));
            Assert.Equal(size == 0 ? 200 : 409, status);
            if (status == 409) Assert.InRange(int.Parse(body, CultureInfo.InvariantCulture), size, size + 1); // what was answered, or the one after it
            size = status == 409 ? int.Parse(body, CultureInfo.InvariantCulture) : 1;
            var kill = Task.Delay(30 + round * 20).ContinueWith(_ => witness.DisposeAsync().AsTask(), TaskScheduler.Default).Unwrap();
            try
            {
                while (size < 12 * (round + 1) && (await AddAsync(http, _log.Request(size, size + 1))).Status == 200) size++;
            }
            catch (HttpRequestException)
            {
                // killed
            }
            await kill;
        }
    }

    [Fact]
    public async Task AddCheckpoint_ManyAtOnce_OneHistory()
    {
        await using var witness = await WitnessProcess.StartAsync(_folder, _log.VKey);
        using var http = witness.Client();
        var fork = _log.Fork();
        Assert.Equal(200, (await AddAsync(http, _log.Request(0, 20))).Status);

        var answers = await Task.WhenAll(Enumerable.Range(21, 40).Select(size => AddAsync(http, (size % 2 == 0 ? _log : fork).Request(20, size))));

        Assert.Single(answers, a => a.Status == 200);
        Assert.All(answers.Where(a => a.Status != 200), a => Assert.Equal(409, a.Status));
    }

    [Fact]
    [UnsupportedOSPlatform("windows")] // no file modes
    public async Task Start_FolderInUseKeyOpenOrStateDamaged_IsRefusedInASentence()
    {
        string[] arguments = ["witness", "--folder", _folder, "--log", _log.VKey, "--listen", "127.0.0.1:0"];
        var nameless = await CliProcess.RunAsync(arguments);
        Assert.Equal((64, true), (nameless.Code, nameless.Error.Contains("--name", StringComparison.Ordinal)));
        await using (var witness = await WitnessProcess.StartAsync(_folder, _log.VKey))
        {
            using var http = witness.Client();
            Assert.Equal(200, (await AddAsync(http, _log.Request(0, 30))).Status);
            var second = await CliProcess.RunAsync(arguments);
            Assert.Equal((1, true), (second.Code, second.Error.Contains("in-use", StringComparison.Ordinal)));
        }

        var key = Path.Combine(_folder, "key");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(key));
        File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        var open = await CliProcess.RunAsync(arguments);
        Assert.Equal((1, true), (open.Code, open.Error.Contains("chmod 600", StringComparison.Ordinal)));
        File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.UserWrite);

        var state = Directory.GetFiles(_folder).Single(file => Path.GetFileName(file).Length == 64);
        var kept = await File.ReadAllTextAsync(state);
        await File.WriteAllTextAsync(state, kept.Replace("\n30\n", "\n10\n", StringComparison.Ordinal)); // somebody would have it forget
        var damaged = await CliProcess.RunAsync(arguments);
        Assert.Equal((1, true), (damaged.Code, damaged.Error.Contains("state-damaged", StringComparison.Ordinal)));
    }

    public void Dispose()
    {
        foreach (var log in (SmallLog[])[_log, _other, _impostor]) log.Dispose();
        Directory.Delete(Path.GetDirectoryName(_folder)!, recursive: true);
    }

    private static async Task<(int Status, string? Type, string Body)> AddAsync(HttpClient http, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "text/plain");
        using var response = await http.PostAsync("/add-checkpoint", content);
        return ((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType, await response.Content.ReadAsStringAsync());
    }
}
