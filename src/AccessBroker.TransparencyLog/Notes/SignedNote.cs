using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace AccessBroker.TransparencyLog;

/// <summary>
/// A text with signatures (C2SP signed-note): the text, an empty line, then signature lines.
/// Parsing says nothing about who signed; call <see cref="Verify"/> before using the text.
/// </summary>
public sealed class SignedNote
{
    /// <summary>More bytes than this are refused unread; a checkpoint has about 200.</summary>
    public const int MaxSize = 1 << 20;

    /// <summary>More signatures than this are refused; the specification asks for at least 16.</summary>
    public const int MaxSignatures = 100;

    private SignedNote(string text, IReadOnlyList<NoteSignature> signatures) => (Text, Signatures) = (text, signatures);

    /// <summary>The signed text, with its last newline.</summary>
    public string Text { get; }

    /// <summary>At least one, in the order of the note, none of them verified.</summary>
    public IReadOnlyList<NoteSignature> Signatures { get; }

    /// <summary>Reads a note from its UTF-8.</summary>
    /// <exception cref="FormatException">With the reason.</exception>
    public static SignedNote Parse(ReadOnlySpan<byte> utf8) => TryParse(utf8, out var note, out var error) ? note : throw new FormatException(error);

    /// <summary>Reads a note.</summary>
    /// <exception cref="FormatException">With the reason.</exception>
    public static SignedNote Parse(string text) => TryParse(text, out var note, out var error) ? note : throw new FormatException(error);

    /// <summary>Reads a note from its UTF-8, or says in a sentence what is wrong with it.</summary>
    public static bool TryParse(ReadOnlySpan<byte> utf8, [NotNullWhen(true)] out SignedNote? note, [NotNullWhen(false)] out string? error)
    {
        try
        {
            if (utf8.Length <= MaxSize)
                return TryParse(NoteText.StrictUtf8.GetString(utf8), out note, out error);
            error = $"A note larger than {MaxSize} bytes is not read.";
        }
        catch (DecoderFallbackException)
        {
            error = "The note is not valid UTF-8.";
        }
        note = null;
        return false;
    }

    /// <summary>Reads a note, or says in a sentence what is wrong with it.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out SignedNote? note, [NotNullWhen(false)] out string? error)
    {
        ArgumentNullException.ThrowIfNull(text);
        note = null;
        var split = text.LastIndexOf("\n\n", StringComparison.Ordinal);
        if (text.Length > MaxSize)
            error = $"A note larger than {MaxSize} characters is not read.";
        else if (NoteText.HasControlCharacter(text))
            error = "The note holds a control character (a carriage return or a tab, for instance); only newline is allowed.";
        else if (!NoteText.IsUnicode(text))
            error = "The note holds half of a surrogate pair, so it is not Unicode text.";
        else if (!text.EndsWith('\n'))
            error = "The note does not end with a newline; it may have been cut off.";
        else if (split < 0 || split + 2 == text.Length)
            error = "The note has no signature: after its last empty line there must be lines that begin with an em dash.";
        else
        {
            var lines = text[(split + 2)..^1].Split('\n');
            if (lines.Length > MaxSignatures)
            {
                error = $"The note has {lines.Length} signatures, more than the {MaxSignatures} that are read.";
                return false;
            }
            var signatures = new List<NoteSignature>(lines.Length);
            foreach (var line in lines)
            {
                if (NoteSignature.Parse(line) is not { } signature)
                {
                    error = $"Signature line {signatures.Count + 1} of the note is not an em dash, a key name and canonical base64, each after one space.";
                    return false;
                }
                signatures.Add(signature);
            }
            (note, error) = (new SignedNote(text[..(split + 1)], signatures), null);
            return true;
        }
        return false;
    }

    /// <summary>Signs a text with each signer.</summary>
    /// <exception cref="ArgumentException">The text does not end with a newline or cannot stand in a note, or there is no signer.</exception>
    public static SignedNote Sign(string text, IEnumerable<INoteSigner> signers)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(signers);
        if (!text.EndsWith('\n') || NoteText.HasControlCharacter(text) || !NoteText.IsUnicode(text))
            throw new ArgumentException("A note's text is Unicode, ends with a newline and holds no other control character.", nameof(text));
        var message = NoteText.StrictUtf8.GetBytes(text);
        var signatures = signers.Select(signer => new NoteSignature(signer.Key.Name, signer.Key.KeyId, signer.Sign(message))).ToList();
        return signatures.Count > 0
            ? new SignedNote(text, signatures)
            : throw new ArgumentException("A note needs at least one signer.", nameof(signers));
    }

    /// <summary>The same text with more signatures after the present ones (a witness' cosignature, for instance).</summary>
    public SignedNote With(IEnumerable<NoteSignature> signatures) => new(Text, [.. Signatures, .. signatures]);

    /// <summary>The same text with only those signatures that are wanted.</summary>
    /// <exception cref="ArgumentException">None is: a note has at least one.</exception>
    public SignedNote Only(Func<NoteSignature, bool> wanted) => Signatures.Where(wanted).ToList() is { Count: > 0 } kept
        ? new(Text, kept)
        : throw new ArgumentException("A note needs at least one signature.", nameof(wanted));

    /// <summary>Checks every signature of the keys one knows; those of unknown keys are ignored.</summary>
    /// <returns>Valid if at least one known key signed and no known key's signature is bad.</returns>
    public NoteVerification Verify(IReadOnlyCollection<VerifierKey> knownKeys)
    {
        ArgumentNullException.ThrowIfNull(knownKeys);
        var message = NoteText.StrictUtf8.GetBytes(Text);
        var verified = new List<VerifierKey>();
        foreach (var signature in Signatures)
        {
            var keys = knownKeys.Where(key => key.Name == signature.Name && key.KeyId == signature.KeyId).Distinct().ToList();
            if (keys.Count > 1)
                return Failed($"Two of the given keys are called {signature.Name} and have the key id {signature.KeyId:x8}; give only the right one.");
            if (keys is not [var known])
                continue;
            if (!known.Verify(message, signature.Signature.Span))
                return Failed($"The signature by {known.Name} (key {known.KeyId:x8}) does not fit the text: the text was changed, or another key signed it.");
            if (!verified.Contains(known))
                verified.Add(known);
        }
        return verified.Count > 0
            ? new NoteVerification(verified, null)
            : Failed($"No known key signed the note. It is signed by {List(Signatures.Select(s => $"{s.Name}+{s.KeyId:x8}"))}; "
                + $"known: {List(knownKeys.Select(k => $"{k.Name}+{k.KeyId:x8}"))}.");
    }

    /// <summary>The note as it is stored and sent; <see cref="Parse(string)"/> reads it back.</summary>
    public override string ToString() => $"{Text}\n{string.Concat(Signatures.Select(signature => $"{signature}\n"))}";

    private static NoteVerification Failed(string error) => new([], error);

    private static string List(IEnumerable<string> names) => string.Join(", ", names) is { Length: > 0 } list ? list : "none";
}
