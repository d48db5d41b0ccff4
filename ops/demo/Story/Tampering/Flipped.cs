using System.Text.RegularExpressions;

namespace Story.Tampering;

/// <summary>What was changed, and what a verifier must therefore say.</summary>
/// <param name="Place">The file and byte, for people.</param>
/// <param name="Expected">Words that name the place: the entry by its number, or the file and field.</param>
internal sealed record Flipped(string Place, string Expected)
{
    /// <summary>Whole words: entry 12 is not entry 120, nor is heads_proof the proof.</summary>
    public bool IsNamedIn(string sentence) =>
        Expected.Split(", ").All(words => Regex.IsMatch(sentence, $@"(?<!\w){Regex.Escape(words)}(?!\w)"));
}
