using System.Buffers.Text;
using System.Diagnostics;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using AccessBroker.Server.Tests.Log;
using AccessBroker.Testing;
using AccessBroker.TransparencyLog;
using Microsoft.Data.Sqlite;

namespace AccessBroker.Server.Tests.Keys;

/// <summary><c>AccessBroker.Server keys rotate …</c> as an administrator runs it, beside a server that people use.</summary>
public sealed class KeysVerbTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("accessbroker-keys-").FullName;

    [Fact]
    public async Task RotateCheckpoint_BesideARunningServer_OldAndNewKeyHoldersVerifyDuringTheOverlapAndTheNewAfterIt()
    {
        await using var server = await RunningServer.StartAsync(_folder, new Dictionary<string, string?> { ["Log:CheckpointInterval"] = "00:00:01" });
        using var alan = await AsAsync(server.Address, "alan");
        var old = (await alan.GetStringAsync("/log/vkey")).Trim();
        var pinned = Write("pinned", await alan.GetStringAsync("/api/v1/audit/checkpoint?publish=true"));

        var rotated = await RunAsync("keys rotate checkpoint --overlap 00:00:15");
        Assert.True(rotated.ExitCode == 0, rotated.Error + rotated.Output);
        var vkeys = await EventuallyAsync(async () => (await alan.GetStringAsync("/log/vkey")).Trim().Split('\n') is { Length: 2 } both ? both : null);
        Assert.Equal(old, vkeys[1]);
        Assert.Contains(vkeys[0], rotated.Output, StringComparison.Ordinal);
        var during = await ExportAsync(alan, "during", pinned);
        Assert.Equal(vkeys, await File.ReadAllLinesAsync(Path.Combine(during, "keys.txt")));

        var after = await EventuallyAsync(async () => (await alan.GetStringAsync("/log/vkey")).Trim().Split('\n') is [var one] && one == vkeys[0] ? await ExportAsync(alan, "after", pinned) : null);

        // Bundles are checked offline: the server may be gone by then.
        await VerifiesAsync(0, during, "--key", old, "--pinned", pinned);
        await VerifiesAsync(0, during, "--key", vkeys[0], "--older-key", old, "--pinned", pinned);
        await VerifiesAsync(0, after, "--key", vkeys[0], "--older-key", old, "--pinned", pinned);
        Assert.Contains("audit vkey --trusted", await VerifiesAsync(9, after, "--key", old), StringComparison.Ordinal);
        Assert.Contains("--older-key", await VerifiesAsync(9, after, "--key", vkeys[0], "--pinned", pinned), StringComparison.Ordinal);

        var standalone = await StandaloneVerifier.BuildAsync(Path.Combine(after, "verify.cs"), Path.Combine(_folder, "standalone"));
        Assert.Equal(0, (await standalone.VerifyAsync("bundle", during, old, pinned)).Code);
        Assert.Equal(0, (await standalone.VerifyAsync("bundle", during, vkeys[0])).Code);
        Assert.Equal(0, (await standalone.VerifyAsync("bundle", after, vkeys[0])).Code);
        var (code, output) = await standalone.VerifyAsync("bundle", after, old);
        Assert.Equal(1, code);
        Assert.Contains("the log's key was rotated, or this is forged", output, StringComparison.Ordinal);

        await AssertSuccessionAsync(server.Address, alan, old, vkeys[0]);
        using var dump = await alan.GetAsync("/api/v1/audit/log");
        Assert.Equal(HttpStatusCode.OK, dump.StatusCode);
        var console = await server.StopAsync();
        Assert.DoesNotContain("2031", console, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RotateEncryption_KilledInTheMiddle_ServerServesOnAndTheNextRunFinishes()
    {
        await using (var server = await RunningServer.StartAsync(_folder, new Dictionary<string, string?>()))
        {
            var before = await File.ReadAllTextAsync(KeyFile);
            using (var verb = Process.Start(StartInfo("keys rotate encryption"))!)
            {
                while (await verb.StandardOutput.ReadLineAsync() is { } line && !line.StartsWith("New secrets are sealed under", StringComparison.Ordinal))
                {
                }
                verb.Kill(); // SIGKILL
                await verb.WaitForExitAsync();
            }
            using (var dana = await AsAsync(server.Address, "dana")) // signs in: cookies, tokens, codes
                Assert.Equal(HttpStatusCode.OK, (await dana.GetAsync("/api/v1/me")).StatusCode);

            var finished = await RunAsync("keys rotate encryption");

            Assert.True(finished.ExitCode == 0, finished.Error + finished.Output);
            Assert.Contains("it goes on", finished.Output, StringComparison.Ordinal);
            Assert.NotEqual(before, await File.ReadAllTextAsync(KeyFile));
            Assert.False(File.Exists(KeyFile + ".next"));
            var data = await RunAsync("keys rotate data --all --older-than 00:00:00");
            Assert.True(data.ExitCode == 0, data.Error + data.Output);
            Assert.Contains("tenant:acme seals under its key of generation 2", data.Output, StringComparison.Ordinal);
            using (var dana = await AsAsync(server.Address, "dana"))
                Assert.Equal(HttpStatusCode.OK, (await dana.GetAsync("/api/v1/me")).StatusCode);
            await server.StopAsync();
        }
        await using var restarted = await RunningServer.StartAsync(_folder, new Dictionary<string, string?>());
        using var alan = await AsAsync(restarted.Address, "alan");
        var vkey = (await alan.GetStringAsync("/log/vkey")).Trim();
        await VerifiesAsync(0, await ExportAsync(alan, "whole"), "--key", vkey);
    }

    [Fact]
    public async Task Keys_WhatCannotBeDone_IsRefusedInWords()
    {
        await AssertRefusedAsync("keys", "keys rotate checkpoint");
        await AssertRefusedAsync("keys rotate everything", "keys rotate checkpoint");
        Assert.Equal(0, (await RunAsync("migrate")).ExitCode);
        await AssertRefusedAsync("keys rotate checkpoint", "holds no log yet");
        await using (var server = await RunningServer.StartAsync(_folder, new Dictionary<string, string?>()))
            await server.StopAsync();
        await AssertRefusedAsync("keys rotate checkpoint --overlap soon", "write a time such as 30.00:00:00");
        await AssertRefusedAsync("keys rotate checkpoint --overlap 900.00:00:00", "between 0 and 400 days");
        await AssertRefusedAsync("keys rotate encryption --to token", "No token is configured");
        await AssertRefusedAsync("keys rotate data --owner tenant:nobody", "There is no data key of tenant:nobody");
    }

    private async Task AssertRefusedAsync(string verb, string sentence)
    {
        var ended = await RunAsync(verb);
        Assert.True(ended.ExitCode == 1, $"exit code {ended.ExitCode}: {ended.Error}{ended.Output}");
        Assert.Contains(sentence, ended.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", ended.Error, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    private string KeyFile => Path.Combine(_folder, "keys", "key-encryption-key");

    /// <summary>The server states who follows, everybody can check it, and the command line does.</summary>
    private static async Task AssertSuccessionAsync(Uri address, HttpClient http, string old, string next)
    {
        var statement = await http.GetStringAsync($"/log/successor/{VerifierKey.Parse(old).KeyId:x8}");
        Assert.True(KeySuccession.TryVerify(statement, VerifierKey.Parse(old), out var succession, out var error), error);
        Assert.Equal(next, succession.New.ToString());
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync($"/log/successor/{succession.New.KeyId:x8}")).StatusCode);
        var (code, output, talk) = await CliProcess.RunAsync("audit", "vkey", "--trusted", old, "--server", address.ToString());
        Assert.True(code == 0, talk);
        Assert.Equal(next, output.Trim());
        using var stranger = new SmallLog("test.example/log");
        (code, output, talk) = await CliProcess.RunAsync("audit", "vkey", "--trusted", stranger.VKey, "--server", address.ToString());
        Assert.Equal((9, ""), (code, output));
        Assert.Contains("does not sign with", talk, StringComparison.Ordinal);
    }

    private static async Task<string> VerifiesAsync(int expected, string bundle, params string[] options)
    {
        var (code, output, error) = await CliProcess.RunAsync(["verify", bundle, .. options]);
        Assert.True(code == expected, $"exit code {code}: {output}{error}");
        return output + error;
    }

    /// <param name="pinned">A checkpoint that the auditor kept, as a file.</param>
    private async Task<string> ExportAsync(HttpClient auditor, string name, string? pinned = null)
    {
        var note = pinned is null ? "" : "&pinned=" + Base64Url.EncodeToString(await File.ReadAllBytesAsync(pinned));
        using var response = await auditor.GetAsync("/api/v1/audit/bundle?tenant=acme" + note);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var folder = Path.Combine(_folder, name);
        await using var zip = new ZipArchive(await response.Content.ReadAsStreamAsync());
        await zip.ExtractToDirectoryAsync(folder, overwriteFiles: true);
        return folder;
    }

    private static async Task<T> EventuallyAsync<T>(Func<Task<T?>> find)
        where T : class
    {
        for (var i = 0; i < 300; i++, await Task.Delay(200))
        {
            if (await find() is { } found) return found;
        }
        throw new TimeoutException("It did not happen within a minute.");
    }

    private static async Task<HttpClient> AsAsync(Uri address, string persona)
    {
        var client = new HttpClient(LoopbackHandler.Create()) { BaseAddress = address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await new PersonaSignIn(address).TokenAsync(persona));
        return client;
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    private Dictionary<string, string?> Settings => DemoSettings.For(new Uri("http://localhost:1/"), _folder);

    private Task<ServerProcess.Ended> RunAsync(string verb) => ServerProcess.RunAsync(Settings, verb);

    private ProcessStartInfo StartInfo(string verb) => ServerProcess.StartInfo(Settings, _folder, verb);
}
