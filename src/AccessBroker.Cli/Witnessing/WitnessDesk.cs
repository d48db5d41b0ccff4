using System.Globalization;
using AccessBroker.TransparencyLog;

namespace AccessBroker.Cli;

/// <summary>
/// Answers logs and monitors (C2SP tlog-witness): 1 read · 2 judge against what was cosigned last · 3 cosign · 4 keep, durably ·
/// 5 answer. From 2 to 4 one request at a time, so that nobody is judged by what another is about to change.
/// </summary>
internal sealed class WitnessDesk(WitnessKey key, IReadOnlyCollection<VerifierKey> logs, WitnessMemory memory, TimeProvider time, Action<string> talk)
{
    private readonly Lock _one = new();

    public HttpReply Answer(HttpCall call) => call switch
    {
        { Path: "/add-checkpoint", Method: "POST" } => Add(call.Body),
        { Path: "/add-checkpoint" } => HttpReply.Text(405, "A checkpoint is sent by POST."),
        { Method: "GET", Path: ['/', .. var path] } when path.EndsWith("/checkpoint", StringComparison.Ordinal) => Show(path[..^"/checkpoint".Length]),
        _ => HttpReply.Text(404, "This is a witness (C2SP tlog-witness): POST /add-checkpoint, GET /<SHA-256 of the origin>/checkpoint."),
    };

    private HttpReply Add(byte[] body)
    {
        if (!AddCheckpointRequest.TryParse(body, out var request, out var error))
            return HttpReply.Text(400, error);
        lock (_one)
        {
            var verdict = AddCheckpointRules.Decide(request, logs, memory.CheckpointOf);
            if (verdict.Answer is not (AddCheckpointAnswer.Malformed or AddCheckpointAnswer.UnknownLog or AddCheckpointAnswer.NotSigned))
                talk(string.Create(CultureInfo.InvariantCulture, $"{verdict.Checkpoint!.Origin} {verdict.Checkpoint.Size}: {(int)verdict.Answer} {verdict.Reason}").TrimEnd());
            return verdict.Answer switch
            {
                AddCheckpointAnswer.Cosign => Cosign(verdict.Checkpoint!, request.Note),
                AddCheckpointAnswer.OtherSize => new(409, "text/x.tlog.size", string.Create(CultureInfo.InvariantCulture, $"{verdict.Known?.Size ?? 0}\n")),
                var refused => HttpReply.Text((int)refused, verdict.Reason),
            };
        }
    }

    private HttpReply Cosign(Checkpoint checkpoint, SignedNote note)
    {
        var line = key.Cosign(note.Text, Seconds(checkpoint.Origin));
        memory.Keep(checkpoint.Origin, Trusted(note).With([line]));
        return new(200, "text/plain; charset=utf-8", $"{line}\n");
    }

    /// <summary>Only what was verified is kept and shown: the log's own signatures.</summary>
    private SignedNote Trusted(SignedNote note) => note.Only(s => logs.Any(l => l.Name == s.Name && l.KeyId == s.KeyId));

    /// <summary>A larger checkpoint never has an earlier time, whatever the clock does.</summary>
    private ulong Seconds(string origin)
    {
        var now = (ulong)time.GetUtcNow().ToUnixTimeSeconds();
        var last = memory.NoteOf(origin)?.Signatures.Where(s => s.KeyId == key.Public.KeyId && s.Name == key.Public.Name)
            .Select(s => Cosignature.Time(s.Signature.Span)).Max();
        return last is { } before ? Math.Max(now, (ulong)before.ToUnixTimeSeconds()) : now;
    }

    private HttpReply Show(string hash)
    {
        lock (_one)
        {
            return logs.Select(l => l.Name).FirstOrDefault(origin => WitnessMemory.HashOf(origin) == hash) is { } origin && memory.NoteOf(origin) is { } note
                ? new(200, "text/plain; charset=utf-8", note.ToString())
                : HttpReply.Text(404, "Nothing of this log was cosigned here.");
        }
    }
}
