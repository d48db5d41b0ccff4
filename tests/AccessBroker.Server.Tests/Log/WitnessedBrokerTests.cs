using System.Buffers.Binary;
using System.Diagnostics;
using System.IO.Compression;
using System.Net;
using System.Text;
using AccessBroker.Audit;
using AccessBroker.Testing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using NSec.Cryptography;

namespace AccessBroker.Server.Tests.Log;

/// <summary>The broker and its witnesses, over HTTP.</summary>
public sealed class WitnessedBrokerTests : IDisposable
{
    private const string Origin = "test.example/log";
    private readonly string _folder = Directory.CreateTempSubdirectory("witnessed-").FullName;

    [Fact]
    public async Task Export_OneWitness_VerifySaysWhoSawItAndNotUnwitnessed()
    {
        var log = await VKeyOfNewBrokerAsync();
        await using var witness = await WitnessProcess.StartAsync(Path.Combine(_folder, "w"), log);
        await using var server = await RunningServer.StartAsync(_folder, witness.Settings);
        await CosignedAsync(server, witness, 0);
        Assert.Contains("\"name\":\"witnesses\",\"ok\":true", await ReadyAsync(server), StringComparison.Ordinal);

        using var alan = server.Anonymous();
        alan.DefaultRequestHeaders.Authorization = new("Bearer", await new PersonaSignIn(server.Address).TokenAsync("alan"));
        var bundle = Path.Combine(_folder, "bundle.zip");
        await File.WriteAllBytesAsync(bundle, await alan.GetByteArrayAsync("/api/v1/audit/bundle?tenant=acme"));
        var policy = Path.Combine(_folder, "policy");
        await File.WriteAllTextAsync(policy, $"witness mine {witness.Key}\nquorum mine\n");

        var verified = await CliProcess.RunAsync("verify", bundle, "--key", log, "--policy", policy, "--format", "table");
        Assert.True(verified.Code == 0, verified.Output + verified.Error);
        Assert.Contains("Witness mine saw this checkpoint", verified.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("nwitnessed", verified.Output, StringComparison.Ordinal);
        var trusting = await CliProcess.RunAsync("verify", bundle, "--key", log, "--format", "table"); // without a policy of one's own
        Assert.Equal(0, trusting.Code);
        Assert.Contains("Cosigned by witness.example/w1", trusting.Output, StringComparison.Ordinal);
        Assert.Contains("prove nothing yet", trusting.Output, StringComparison.Ordinal);
        using var zip = ZipFile.OpenRead(bundle);
        using var named = new StreamReader(zip.GetEntry("policy")!.Open());
        Assert.Contains($"witness witness.example/w1 {witness.Key}", await named.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Restore_OlderDatabaseThanTheWitnessKnows_NothingIsSignedAndAnAlertIsLogged()
    {
        var log = await VKeyOfNewBrokerAsync();
        await using var witness = await WitnessProcess.StartAsync(Path.Combine(_folder, "w"), log);
        var settings = new Dictionary<string, string?>(witness.Settings) { ["Log:CheckpointInterval"] = "00:00:01", ["Log:Memory"] = "" }; // only the witness knows
        Backup("broker.db", "older.db");
        long seen;
        await using (var server = await RunningServer.StartAsync(_folder, settings))
        {
            var first = await CosignedAsync(server, witness, 0);
            for (var i = 0; i < 5; i++) await new PersonaSignIn(server.Address).TokenAsync("dana");
            seen = await CosignedAsync(server, witness, first);
            await server.StopAsync();
        }
        foreach (var file in Directory.GetFiles(_folder, "broker.db*")) File.Delete(file);
        Backup("older.db", "broker.db");

        await using var restored = await RunningServer.StartAsync(_folder, settings);
        var ready = "";
        for (var i = 0; i < 100 && !ready.Contains("nothing is signed", StringComparison.Ordinal); i++, await Task.Delay(100)) ready = await ReadyAsync(restored);
        Assert.Contains("nothing is signed", ready, StringComparison.Ordinal);
        using var http = restored.Anonymous();
        var before = Size(await http.GetStringAsync("/log/checkpoint"));
        Assert.True(before < seen);
        http.DefaultRequestHeaders.Authorization = new("Bearer", await new PersonaSignIn(restored.Address).TokenAsync("alan"));
        using (var refused = await http.GetAsync("/api/v1/audit/checkpoint?publish=true"))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.Contains("signing-stopped", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
        await Task.Delay(3000); // three intervals: sign-ins wait for a checkpoint
        Assert.Equal(before, Size(await http.GetStringAsync("/log/checkpoint")));

        var said = await restored.StopAsync();
        Assert.Contains($"has cosigned {seen} entries of this log", said, StringComparison.Ordinal);
        Assert.Contains("\"EventId\":1043,\"LogLevel\":\"Critical\"", said, StringComparison.Ordinal);
        Assert.Equal(1L, Count("SELECT COUNT(*) FROM audit_event WHERE kind = 'alert.witness_ahead'"));
    }

    [Fact]
    public async Task Publish_WitnessNeverAnswers_NobodyWaitsForIt()
    {
        using var key = new Key(SignatureAlgorithm.Ed25519);
        await using var silent = new BadWitness(_ => null);
        await using var broker = await QuietBroker.StartAsync(silent.Settings(VKey(key)));
        var publisher = broker.Services.GetRequiredService<CheckpointPublisher>();
        await publisher.PublishAsync();
        for (var i = 0; silent.Asked == 0 && i < 100; i++) await Task.Delay(50);
        Assert.Equal(1, silent.Asked);

        var watch = Stopwatch.StartNew();
        for (var i = 0; i < 20; i++) await publisher.PublishAsync();

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), $"20 checkpoints took {watch.Elapsed}");
        using var http = broker.Anonymous();
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/healthz/ready")).StatusCode);
    }

    public static TheoryData<string> Lies => ["garbage", "other key", "other text", "future", "past", "zero time", "redirect", "endless", "conflict without a size", "no lines"];

    [Theory]
    [MemberData(nameof(Lies))]
    public async Task Publish_WitnessAnswersWithWhatCannotBeUsed_NothingIsKeptAndHealthSaysSo(string lie)
    {
        using var key = new Key(SignatureAlgorithm.Ed25519);
        using var another = new Key(SignatureAlgorithm.Ed25519);
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        await using var lying = new BadWitness(body =>
        {
            var text = body[(body.IndexOf("\n\n", StringComparison.Ordinal) + 2)..];
            text = text[..(text.IndexOf("\n\n", StringComparison.Ordinal) + 1)];
            return lie switch
            {
                "garbage" => BadWitness.Answer("200 OK", "\u0000\u0001 not a line\n"),
                "other key" => BadWitness.Answer("200 OK", Line(key, another, text, now)),
                "other text" => BadWitness.Answer("200 OK", Line(key, key, text.Replace(Origin, "other.example/log", StringComparison.Ordinal), now)),
                "future" => BadWitness.Answer("200 OK", Line(key, key, text, now + 3600)),
                "past" => BadWitness.Answer("200 OK", Line(key, key, text, now - 3600)),
                "zero time" => BadWitness.Answer("200 OK", Line(key, key, text, 0)),
                "redirect" => BadWitness.Answer("307 Temporary Redirect", "", "Location: http://127.0.0.1:9/\r\n"),
                "endless" => BadWitness.Answer("200 OK", new string('x', 1 << 20)),
                "conflict without a size" => BadWitness.Answer("409 Conflict", "12\n"),
                _ => BadWitness.Answer("200 OK", ""),
            };
        });
        await using var broker = await QuietBroker.StartAsync(lying.Settings(VKey(key)));
        var published = await broker.Services.GetRequiredService<CheckpointPublisher>().PublishAsync();
        using var http = broker.Anonymous();
        var ready = "";
        for (var i = 0; i < 100 && !ready.Contains("\"name\":\"witnesses\",\"ok\":false", StringComparison.Ordinal); i++, await Task.Delay(50)) ready = await http.GetStringAsync("/healthz/ready");

        Assert.Contains("\"status\":\"ok\"", ready, StringComparison.Ordinal); // the broker works without its witnesses
        Assert.Contains("0 of 1 witnesses cosigned", ready, StringComparison.Ordinal);
        Assert.Equal(published.Note, await http.GetStringAsync("/log/checkpoint"));
        await broker.Services.GetRequiredService<CheckpointPublisher>().PublishAsync(); // and goes on signing
    }

    [Fact]
    public async Task Publish_WitnessAnswersWell_ItsLineAloneIsKept()
    {
        using var key = new Key(SignatureAlgorithm.Ed25519);
        using var another = new Key(SignatureAlgorithm.Ed25519);
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var good = "";
        await using var witness = new BadWitness(body =>
        {
            var text = body[(body.IndexOf("\n\n", StringComparison.Ordinal) + 2)..];
            text = text[..(text.IndexOf("\n\n", StringComparison.Ordinal) + 1)];
            good = Line(key, key, text, now);
            return BadWitness.Answer("200 OK", Line(another, another, text, now) + good);
        });
        await using var broker = await QuietBroker.StartAsync(witness.Settings(VKey(key)));
        var published = await broker.Services.GetRequiredService<CheckpointPublisher>().PublishAsync();
        using var http = broker.Anonymous();
        var note = "";
        for (var i = 0; i < 100 && note.Length <= published.Note.Length; i++, await Task.Delay(50)) note = await http.GetStringAsync("/log/checkpoint");

        Assert.Equal(published.Note + good, note);
    }

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>A first start makes the log's key, which the witness must know before it is asked.</summary>
    private async Task<string> VKeyOfNewBrokerAsync()
    {
        await using var server = await RunningServer.StartAsync(_folder, new Dictionary<string, string?>());
        using var http = server.Anonymous();
        var vkey = (await http.GetStringAsync("/log/vkey")).Trim();
        await server.StopAsync();
        return vkey;
    }

    /// <summary>Waits for a checkpoint larger than that with the witness' signature.</summary>
    private static async Task<long> CosignedAsync(RunningServer server, WitnessProcess witness, long than)
    {
        using var http = server.Anonymous();
        for (var i = 0; i < 300; i++, await Task.Delay(100))
        {
            using var response = await http.GetAsync("/log/checkpoint");
            var note = await response.Content.ReadAsStringAsync();
            if (response.IsSuccessStatusCode && note.Contains($"— {witness.Key.Split('+')[0]} ", StringComparison.Ordinal) && Size(note) > than) return Size(note);
        }
        throw new TimeoutException("No cosigned checkpoint was served within 30 s.");
    }

    private static long Size(string note) => long.Parse(note.Split('\n')[1], System.Globalization.CultureInfo.InvariantCulture);

    private static async Task<string> ReadyAsync(RunningServer server)
    {
        using var http = server.Anonymous();
        return await http.GetStringAsync("/healthz/ready");
    }

    /// <summary>As an operator backs SQLite up: by its own means, the write-ahead log included.</summary>
    private void Backup(string from, string to)
    {
        using var source = new SqliteConnection($"Data Source={Path.Combine(_folder, from)};Pooling=False");
        using var target = new SqliteConnection($"Data Source={Path.Combine(_folder, to)};Pooling=False");
        source.Open();
        target.Open();
        source.BackupDatabase(target);
    }

    private long Count(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(_folder, "broker.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }

    private static byte[] KeyId(Key key) =>
        System.Security.Cryptography.SHA256.HashData([.. "bad.example\n"u8, 4, .. key.PublicKey.Export(KeyBlobFormat.RawPublicKey)])[..4];

    private static string VKey(Key key) => $"bad.example+{Convert.ToHexStringLower(KeyId(key))}+{Convert.ToBase64String([4, .. key.PublicKey.Export(KeyBlobFormat.RawPublicKey)])}";

    /// <summary>A cosignature under one key's name and id, made with another.</summary>
    private static string Line(Key named, Key signing, string text, long time)
    {
        var bytes = new byte[76];
        KeyId(named).CopyTo(bytes, 0);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(4), time);
        SignatureAlgorithm.Ed25519.Sign(signing, Encoding.UTF8.GetBytes($"cosignature/v1\ntime {time}\n{text}")).CopyTo(bytes, 12);
        return $"— bad.example {Convert.ToBase64String(bytes)}\n";
    }
}
