using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace AccessBroker.TransparencyLog;

/// <summary>
/// A log's key vouches for the one that follows it: a signed note, so that whoever trusts the old key need trust nobody else for
/// the new one. Both sign: the old one that it hands over, the new one that it exists and agrees.
/// </summary>
/// <param name="Old">Whoever has it can verify the statement.</param>
/// <param name="New">Signs the same log from now on, under the same name.</param>
/// <param name="Until">Until when both sign checkpoints; whole seconds.</param>
/// <param name="Statement">The signed note.</param>
/// <remarks>
/// The text is <see cref="FirstLine"/>, the old and the new verifier key, and <c>until</c> with an instant (RFC 3339), each on a line.
/// Its first line holds spaces, which no origin does: such a note is never taken for a checkpoint, nor a checkpoint for one.
/// </remarks>
public sealed record KeySuccession(VerifierKey Old, VerifierKey New, DateTimeOffset Until, string Statement)
{
    private const string FirstLine = "accessbroker key succession v1";
    private const string Instant = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    /// <summary>Makes the statement.</summary>
    /// <exception cref="ArgumentException">The keys are of different logs, or are the same.</exception>
    public static KeySuccession Sign(INoteSigner old, INoteSigner next, DateTimeOffset until)
    {
        ArgumentNullException.ThrowIfNull(old);
        ArgumentNullException.ThrowIfNull(next);
        if (old.Key.Name != next.Key.Name || old.Key.Equals(next.Key))
            throw new ArgumentException("A key is followed by another one of the same log.", nameof(next));
        var text = $"{FirstLine}\n{old.Key}\n{next.Key}\nuntil {until.UtcDateTime.ToString(Instant, CultureInfo.InvariantCulture)}\n";
        return new KeySuccession(old.Key, next.Key, until, SignedNote.Sign(text, [old, next]).ToString());
    }

    /// <summary>Reads a statement by which <paramref name="trusted"/> hands over, or says in a sentence why it is none.</summary>
    public static bool TryVerify(string statement, VerifierKey trusted, [NotNullWhen(true)] out KeySuccession? succession, [NotNullWhen(false)] out string? error)
    {
        ArgumentNullException.ThrowIfNull(trusted);
        succession = null;
        if (!SignedNote.TryParse(statement, out var note, out error))
            return false;
        if (note.Text.Split('\n') is not [FirstLine, var old, var next, var end, ""] || !TryReadInstant(end, out var until))
            error = $"It is no statement about a log's keys: that has the lines '{FirstLine}', the old key, the new key, and until when both sign.";
        else if (old != trusted.ToString())
            error = $"It is about another key than {trusted.Name}+{trusted.KeyId:x8}.";
        else if (!VerifierKey.TryParse(next, out var following, out error))
            return false;
        else if (following.Name != trusted.Name || following.Equals(trusted))
            error = $"It names no other key of the log {trusted.Name}.";
        else if (note.Verify([trusted]).Error is { } unsigned)
            error = unsigned;
        else if (note.Verify([following]).Error is { } silent)
            error = $"The new key did not sign it. {silent}";
        else
        {
            (succession, error) = (new KeySuccession(trusted, following, until, statement), null);
            return true;
        }
        return false;
    }

    private static bool TryReadInstant(string line, out DateTimeOffset instant)
    {
        instant = default;
        return line.StartsWith("until ", StringComparison.Ordinal) && DateTimeOffset.TryParseExact(
            line["until ".Length..], Instant, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out instant);
    }
}
