using System.CommandLine;
using AccessBroker.Evidence;
using AccessBroker.TransparencyLog;

namespace AccessBroker.Cli;

/// <summary><c>verify PATH --key KEY</c>: checks an evidence bundle, or a whole log, offline. It asks no server anything.</summary>
internal static class VerifyVerb
{
    public static Command Build(CliContext context)
    {
        var path = new Argument<string>("PATH") { Description = "A bundle's folder or zip, or a whole log's" };
        var key = new Option<string>("--key")
        {
            Description = "The log's verifier key, or a file that holds it; from where you got it when you became a customer, never from the bundle",
            HelpName = "FILE|VKEY", Required = true,
        };
        var older = new Option<string[]>("--older-key")
        {
            Description = "A key that the log had before, where the pinned checkpoint is older than a rotation; may be repeated", HelpName = "FILE|VKEY", DefaultValueFactory = _ => [],
        };
        var pinned = new Option<FileInfo?>("--pinned") { Description = "A checkpoint you kept from before", HelpName = "FILE" };
        var trail = new Option<string?>("--trail") { Description = "Your trail id", HelpName = "BASE64" };
        var maxAge = new Option<string?>("--max-age") { Description = "Fail where the checkpoint is older", HelpName = "TIME" };
        var policy = new Option<FileInfo?>("--policy") { Description = "Whose cosignatures must stand on the checkpoint (C2SP tlog-policy)", HelpName = "FILE" };
        var format = CliContext.FormatOption();

        var verify = new Command("verify", "Check evidence offline: nothing changed, dropped, reordered, inserted or cut off") { path, key, older, pinned, trail, maxAge, policy, format };
        verify.SetAction((parsed, _) =>
        {
            var keys = KeyArgument.Read(parsed.GetRequiredValue(key), "--key");
            var options = new VerificationOptions
            {
                Key = keys[0],
                OlderKeys = [.. keys.Skip(1), .. (parsed.GetValue(older) ?? []).SelectMany(k => KeyArgument.Read(k, "--older-key"))],
                Pinned = parsed.GetValue(pinned) is { } note ? ReadFile(note.FullName, "--pinned") : null,
                Trail = ReadTrail(parsed.GetValue(trail)),
                Witnesses = parsed.GetValue(policy) is { } file ? ReadPolicy(file) : null,
                MaxAge = parsed.GetValue(maxAge) is { } age ? Duration.Parse(age) : null,
                Clock = context.Host.Time,
            };
            return Task.FromResult(Verify(context.Host, context.Printer(parsed, format), parsed.GetRequiredValue(path), options));
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
            var verdict = Verdict.Of(report, isWholeLog);
            if (printer.IsForPeople) verdict.WriteSentences(host.Out);
            else printer.One(verdict, Verdict.Shape);
            return report.Failure is { } failure
                ? throw new CliException(ExitCode.VerificationFailed, "verification-failed", failure.Message, "Keep these files as they are and compare with a fresh export; if that fails too, tell your auditor.")
                : ExitCode.Ok;
        }
        catch (UnusableBundleException unusable)
        {
            throw new CliException(ExitCode.Failure, "unusable", unusable.Message);
        }
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

    private static byte[] ReadFile(string path, string option) =>
        File.Exists(path) ? File.ReadAllBytes(path) : throw CliException.Usage($"{option} {path}: there is no such file.");
}
