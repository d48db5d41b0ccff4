using System.Net;
using System.Net.Http.Headers;

namespace AccessBroker.Audit;

/// <summary>What a receiver said to a batch.</summary>
/// <param name="Fault">Null where it has the batch, else why not: a clause that follows its name, of this program's own words.</param>
/// <param name="IsRefused">Sending the same again will not help until a person changes something.</param>
/// <param name="Pause">How long it asks to be left alone.</param>
/// <param name="Rejected">Records of a batch that it has otherwise, which it will not take (OTLP). They must not be sent again.</param>
/// <param name="Remark">What it says of them, in its words, fit for a log.</param>
internal sealed record StreamAnswer(string? Fault, bool IsRefused = false, TimeSpan? Pause = null, long Rejected = 0, string Remark = "")
{
    private const int MaxRemark = 500;

    /// <summary>It has the whole batch.</summary>
    public static StreamAnswer Taken { get; } = new((string?)null);

    /// <summary>By the OTLP specification a partial success is a success: what was rejected is lost to the receiver, and asking again would double the rest.</summary>
    public static StreamAnswer OfOtlp(ReadOnlySpan<byte> response, int records)
    {
        var (rejected, message) = OtlpLogs.Read(response);
        var cut = message.Length > MaxRemark ? message[..MaxRemark] + "…" : message;
        return new StreamAnswer(null, Rejected: Math.Min(rejected, records), Remark: string.Concat(cut.Select(c => char.IsControl(c) ? ' ' : c)));
    }

    public static StreamAnswer NotTaken(string why) => new(why);

    /// <summary>Of a status that is no success. What a client did wrong stays wrong; the four that mean "later" do not.</summary>
    public static StreamAnswer Of(HttpStatusCode status, RetryConditionHeaderValue? later, DateTimeOffset now)
    {
        if ((int)status is >= 300 and < 400)
            return NotTaken($"answers {(int)status}: redirects are not followed. Configure the address that it leads to.");
        if ((int)status is >= 400 and < 500 and not (408 or 425 or 429))
            return new StreamAnswer($"refuses what it is sent ({(int)status}): asking again will not help until its configuration or the stream's is changed.", IsRefused: true);
        return new StreamAnswer($"answers {(int)status}.", Pause: later?.Delta ?? later?.Date - now);
    }
}
