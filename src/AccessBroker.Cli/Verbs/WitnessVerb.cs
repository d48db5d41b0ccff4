using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using AccessBroker.TransparencyLog;

namespace AccessBroker.Cli;

/// <summary><c>witness</c>: cosigns the checkpoints of logs as long as they only grow (C2SP tlog-witness). Runs until it is stopped.</summary>
internal static class WitnessVerb
{
    private const string Nobody = "127.0.0.1:8490";

    public static Command Build(CliContext context)
    {
        var folder = new Option<string>("--folder") { Description = "Holds the key and what was cosigned last; yours alone, never restored from an older copy", HelpName = "DIR", Required = true };
        var logs = new Option<string[]>("--log") { Description = "A log's verifier key, or a file that holds it; may be repeated", HelpName = "FILE|VKEY", Required = true };
        var name = new Option<string?>("--name") { Description = "The witness' name, such as witness.example.com/acme; at the first start", HelpName = "NAME" };
        var listen = new Option<string>("--listen") { Description = "Address and port", HelpName = "ADDRESS:PORT", DefaultValueFactory = _ => Nobody };
        var witness = new Command("witness", "Vouch that a log only grows: cosign its checkpoints") { folder, logs, name, listen };
        witness.SetAction((parsed, cancel) =>
            RunAsync(context.Host, parsed.GetRequiredValue(folder), parsed.GetRequiredValue(logs), parsed.GetValue(name), parsed.GetValue(listen)!, cancel));
        return witness;
    }

    private static async Task<int> RunAsync(CliHost host, string folder, string[] logs, string? name, string listen, CancellationToken cancel)
    {
        var keys = logs.SelectMany(ReadKeys).Distinct().ToList();
        if (!IPEndPoint.TryParse(listen, out var address) || !listen.Contains(':', StringComparison.Ordinal))
            throw CliException.Usage($"\"{listen}\" is no address to listen on.", $"Write {Nobody}, for example.");
        DurableFile.CreateFolder(folder);
        using var mine = Take(Path.Combine(folder, "lock"));
        var key = WitnessKey.Open(Path.Combine(folder, "key"), name);
        var desk = new WitnessDesk(key, keys, new WitnessMemory(folder, keys.Select(k => k.Name), key.Public), host.Time, host.Talk);

        using var door = new HttpDoor(address, AddCheckpointRequest.MaxSize, desk.Answer, host.Talk);
        IPEndPoint open;
        try
        {
            open = door.Open();
        }
        catch (SocketException taken)
        {
            throw new CliException(ExitCode.Failure, "cannot-listen", $"{listen} cannot be listened on: {taken.Message}", "Name another address with --listen.");
        }
        host.Out.WriteLine(key.Public);
        host.Talk($"Witness of {string.Join(", ", keys.Select(k => k.Name).Distinct())}. Give the line above to the log's operator and to whoever verifies.");
        if (!IPAddress.IsLoopback(open.Address)) host.Talk("Others can reach this port in plain HTTP. Put TLS in front of it.");
        host.Talk($"Listening on http://{open}/");
        await door.RunAsync(cancel);
        return ExitCode.Ok;
    }

    private static FileStream Take(string path)
    {
        try
        {
            return DurableFile.Lock(path);
        }
        catch (IOException) when (File.Exists(path))
        {
            throw new CliException(ExitCode.Failure, "in-use", $"Another witness uses {Path.GetDirectoryName(path)}.", "One folder is one witness; stop the other one first.");
        }
    }

    private static IEnumerable<VerifierKey> ReadKeys(string fileOrKey)
    {
        var lines = File.Exists(fileOrKey) ? File.ReadAllLines(fileOrKey).Where(line => line.Length > 0).ToArray() : [fileOrKey];
        return lines.Select(line => VerifierKey.TryParse(line, out var key, out var error) && key.Algorithm != NoteAlgorithm.CosignatureV1
            ? key
            : throw CliException.Usage($"--log is neither a file nor a log's verifier key: {error ?? "that is a witness' key."}", "The log's operator serves it at /log/vkey; ask them for it in person."));
    }
}
