using System.Globalization;
using System.Text.Json.Serialization;
using AccessBroker.Evidence;

namespace AccessBroker.Cli;

/// <summary>What <c>verify</c> found, for programs as JSON and for people in sentences.</summary>
/// <param name="Kind">bundle, log or live.</param>
/// <param name="NotProved">What even a verified result leaves open.</param>
/// <param name="Failure">The first check that failed; null where all held.</param>
internal sealed record Verdict(
    bool Verified, string Kind, IReadOnlyList<string> Checked, IReadOnlyList<string> NotProved, VerdictFailure? Failure,
    ulong VerifiedBodies, ulong ErasedBodies, ulong WithheldBodies)
{
    public static readonly Shape<Verdict> Shape = new("accessbroker/verification/v1", VerdictJson.Default.Verdict,
    [
        new("verified", v => v.Verified ? "yes" : "no"),
        new("kind", v => v.Kind),
        new("file", v => v.Failure?.File),
        new("field", v => v.Failure?.Field),
        new("entry", v => v.Failure?.Entry?.ToString(CultureInfo.InvariantCulture)),
        new("reason", v => v.Failure?.Reason),
    ]);

    public static Verdict Of(VerificationReport report, string kind) => new(
        report.Verified, kind, report.Checked, report.NotProved,
        report.Failure is { } failure ? new(failure.File, failure.Field, failure.Entry, failure.Reason) : null,
        report.VerifiedBodies, report.ErasedBodies, report.WithheldBodies);

    public void WriteSentences(TextWriter output)
    {
        foreach (var sentence in Checked) output.WriteLine($"✓ {sentence}");
        if (Failure is not null)
        {
            output.WriteLine("FAILED");
            return;
        }
        output.WriteLine("VERIFIED");
        output.WriteLine("Not proved by this:");
        foreach (var sentence in NotProved) output.WriteLine($"  {sentence}");
    }
}

/// <param name="Entry">seq in the trail; in a whole log the index.</param>
internal sealed record VerdictFailure(string File, string? Field, ulong? Entry, string Reason);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Verdict))]
internal sealed partial class VerdictJson : JsonSerializerContext;
