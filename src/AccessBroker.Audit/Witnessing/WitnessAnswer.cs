using System.Net;
using AccessBroker.TransparencyLog;

namespace AccessBroker.Audit;

/// <summary>What a witness said. Exactly one of the three is given.</summary>
/// <param name="Lines">200: signature lines, unverified.</param>
/// <param name="Size">409: the size that it cosigned last.</param>
/// <param name="Refusal">Everything else, as the rest of a sentence that begins with its name.</param>
internal sealed record WitnessAnswer(IReadOnlyList<NoteSignature>? Lines, ulong? Size, string? Refusal)
{
    /// <summary>422: by what it knows, this log was changed. The proof that it refused was made from the stored entries.</summary>
    public bool IsOtherHistory { get; private init; }

    public static WitnessAnswer Cosigned(IReadOnlyList<NoteSignature> lines) => new(lines, null, null);

    public static WitnessAnswer OtherSize(ulong size) => new(null, size, null);

    public static WitnessAnswer Refused(string reason) => new(null, null, reason);

    /// <summary>C2SP tlog-witness, "add-checkpoint": why, and whose to mend.</summary>
    public static WitnessAnswer Refused(HttpStatusCode status) => Refused($"answered {(int)status}: " + (int)status switch
    {
        400 => "it does not understand the request. Compare the versions of both programs.",
        403 => "it does not have this log's key. Give its operator the line that /log/vkey answers.",
        404 => "it does not witness this log, or the address is not its own. Give its operator the line that /log/vkey answers, and check Log:Witnesses.",
        409 => "it says that it is at another size and does not say which.",
        422 => "what it cosigned before is no beginning of this log. Entries were changed, or an older backup was restored and grew.",
        >= 300 and < 400 => "redirects are not followed. Put the address itself into Log:Witnesses.",
        429 => "it is asked too often.",
        >= 500 => "it is out of order.",
        _ => "that is no answer of a witness.",
    }) with { IsOtherHistory = status == HttpStatusCode.UnprocessableEntity };
}
