using System.CommandLine;
using AccessBroker.Evidence;
using AccessBroker.TransparencyLog;

namespace AccessBroker.Cli;

/// <summary>
/// <c>verify PATH --key KEY</c>: checks an evidence bundle, or a whole log, offline, asking no server anything. With an address instead of a
/// path, checks what a server shows of its log now.
/// </summary>
internal static class VerifyVerb
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static Command Build(CliContext context)
    {
        var path = new Argument<string>("PATH|URL") { Description = "A bundle's folder or zip, or a whole log's; or the address of a server, to check the log that it shows now" };
        var key = new Option<string>("--key")
        {
            Description = "The log's verifier key, or a file that holds it; from where you got it when you became a customer, never from the bundle",
            HelpName = "FILE|VKEY", Required = true,
        };
        var older = new Option<string[]>("--older-key")
        {
            Description = "A key that the log had before, where the pinned checkpoint is older than a rotation; may be repeated", HelpName = "FILE|VKEY", DefaultValueFactory = _ => [],
        };
        var pinned = new Option<FileInfo?>("--pinned", "--since") { Description = "A checkpoint you kept from before", HelpName = "FILE" };
        var save = new Option<FileInfo?>("--save") { Description = "Keep the server's checkpoint in this file once it is verified, for --since the next time", HelpName = "FILE" };
        var timeout = new Option<string?>("--timeout") { Description = "How long a server may take for one answer (30s)", HelpName = "TIME" };
        var trail = new Option<string?>("--trail") { Description = "Your trail id", HelpName = "BASE64" };
        var maxAge = new Option<string?>("--max-age") { Description = "Fail where the checkpoint is older", HelpName = "TIME" };
        var policy = new Option<FileInfo?>("--policy") { Description = "Whose cosignatures must stand on the checkpoint (C2SP tlog-policy)", HelpName = "FILE" };
        var format = CliContext.FormatOption();

        var verify = new Command("verify", "Check evidence offline, or a server's log: nothing changed, dropped, reordered, inserted or cut off") { path, key, older, pinned, save, trail, maxAge, policy, timeout, format };
        verify.SetAction((parsed, cancel) =>
        {
            var keys = KeyArgument.Read(parsed.GetRequiredValue(key), "--key");
            var options = new VerificationOptions
            {
                Key = keys[0],
                OlderKeys = [.. keys.Skip(1), .. (parsed.GetValue(older) ?? []).SelectMany(k => KeyArgument.Read(k, "--older-key"))],
                Pinned = parsed.GetValue(pinned) is { } note ? ReadKept(note.FullName) : null,
                Trail = ReadTrail(parsed.GetValue(trail)),
                Witnesses = parsed.GetValue(policy) is { } file ? ReadPolicy(file) : null,
                MaxAge = parsed.GetValue(maxAge) is { } age ? Duration.Parse(age) : null,
                Clock = context.Host.Time,
            };
            var (what, printer) = (parsed.GetRequiredValue(path), context.Printer(parsed, format));
            if (AddressOf(what) is { } server)
            {
                RequireLive(options);
                return VerifyLiveAsync(context.Host, printer, server, options, parsed.GetValue(save)?.FullName, parsed.GetValue(timeout) is { } time ? Duration.Parse(time) : Patience, cancel);
            }
            if (parsed.GetValue(save) is not null)
                throw CliException.Usage("--save keeps what a server shows, and this is no address.", "A bundle's checkpoint is the file named checkpoint in it: copy that.");
            return Task.FromResult(Verify(context.Host, printer, what, options));
        });
        return verify;
    }

    private static int Verify(CliHost host, Printer printer, string path, VerificationOptions options)
    {
        try
        {
            using var files = BundleReader.Open(path);
            var isWholeLog = files.Has(BundleFiles.AllHeaders) && !files.Has(BundleFiles.Manifest);
            var report = isWholeLog ? WholeLogVerifier.Verify(files, options) : BundleVerifier.Verify(files, options);
            return Conclude(host, printer, report, isWholeLog ? "log" : "bundle", "Keep these files as they are and compare with a fresh export; if that fails too, tell your auditor.");
        }
        catch (UnusableBundleException unusable)
        {
            throw new CliException(ExitCode.Failure, "unusable", unusable.Message);
        }
    }

    private static async Task<int> VerifyLiveAsync(CliHost host, Printer printer, Uri server, VerificationOptions options, string? save, TimeSpan patience, CancellationToken cancel)
    {
        using var log = new HttpLog(server, patience);
        var progress = new LiveProgress(host);
        var (report, note) = await LiveLogVerifier.VerifyAsync(log, options, progress, cancel);
        progress.End();
        var code = Conclude(host, printer, report, "live", "Keep your checkpoint and this message. Try again once; if it stays so, tell your auditor and ask the vendor.");
        if (save is not null)
        {
            DurableFile.Write(Path.GetFullPath(save), note!);
            host.Talk($"Kept the checkpoint in {save}. The next time, give it with --since.");
        }
        return code;
    }

    /// <exception cref="CliException">A check failed; what held before it has been printed.</exception>
    private static int Conclude(CliHost host, Printer printer, VerificationReport report, string kind, string next)
    {
        var verdict = Verdict.Of(report, kind);
        if (printer.IsForPeople) verdict.WriteSentences(host.Out);
        else printer.One(verdict, Verdict.Shape);
        return report.Failure is { } failure ? throw new CliException(ExitCode.VerificationFailed, "verification-failed", failure.Message, next) : ExitCode.Ok;
    }

    private static Uri? AddressOf(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" ? uri : null;

    /// <summary>What a server's hashes cannot answer is refused, not left unchecked.</summary>
    private static void RequireLive(VerificationOptions options)
    {
        if (options.Trail is not null)
            throw CliException.Usage("A server shows hashes of everybody's entries and nothing of one trail, so --trail cannot be checked.", "Export a bundle and verify that.");
        if (options.MaxAge is not null && options.Witnesses is null)
            throw CliException.Usage("A checkpoint bears no time of its own; witnesses' cosignatures do, so --max-age needs --policy.", "Give the policy with your witnesses' keys, or watch that the size grows with --since.");
    }

    private static Hash32? ReadTrail(string? base64) => base64 switch
    {
        null => null,
        _ when Hash32.TryParseBase64(base64, out var trail) => trail,
        _ => throw CliException.Usage($"\"{base64}\" is not a trail id.", "It is 44 characters of base64 and stands on your receipts."),
    };

    private static WitnessPolicy ReadPolicy(FileInfo file)
    {
        var text = System.Text.Encoding.UTF8.GetString(ReadFile(file.FullName, "--policy"));
        return WitnessPolicy.TryParse(text, out var policy, out var error)
            ? policy
            : throw CliException.Usage($"--policy {file} is not a witness policy: {error}", "The format is C2SP tlog-policy.");
    }

    private static byte[] ReadKept(string path) => File.Exists(path)
        ? File.ReadAllBytes(path)
        : throw CliException.Usage($"There is no checkpoint at {path}.", "Have you none yet? Leave the option out, and with a server's address keep one with --save.");

    private static byte[] ReadFile(string path, string option) =>
        File.Exists(path) ? File.ReadAllBytes(path) : throw CliException.Usage($"{option} {path}: there is no such file.");
}
