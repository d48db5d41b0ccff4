using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace AccessBroker.TransparencyLog;

/// <summary>
/// A log's state (C2SP tlog-checkpoint): the text of the note that the log signs, as lines
/// origin, size, root (base64) and extensions. Equal when its text is.
/// </summary>
/// <param name="Origin">The log's name; equals the name of its key.</param>
/// <param name="Size">Number of entries.</param>
/// <param name="Root">RFC 6962 root over them, 32 bytes.</param>
public sealed record Checkpoint(string Origin, ulong Size, byte[] Root)
{
    /// <summary>The log's name: one line, not empty.</summary>
    public string Origin { get; init; } = IsLine(Origin)
        ? Origin : throw new ArgumentException("An origin is one line without control characters, and not empty.", nameof(Origin));

    /// <summary>RFC 6962 root, 32 bytes.</summary>
    public byte[] Root { get; init; } = Root is { Length: Merkle.HashSize }
        ? Root : throw new ArgumentException($"A root has {Merkle.HashSize} bytes.", nameof(Root));

    /// <summary>Opaque lines after the root, none of them empty. Usually there are none.</summary>
    public IReadOnlyList<string> Extensions
    {
        get;
        init => field = value.All(IsLine)
            ? value : throw new ArgumentException("An extension is one line without control characters, and not empty.", nameof(Extensions));
    } = [];

    /// <summary>The text to sign, each line with its newline.</summary>
    public string ToText() => string.Concat(
        new[] { Origin, Size.ToString(CultureInfo.InvariantCulture), Convert.ToBase64String(Root) }.Concat(Extensions).Select(line => $"{line}\n"));

    /// <summary>Reads what <see cref="ToText"/> wrote, and nothing else.</summary>
    /// <exception cref="FormatException">With the reason.</exception>
    public static Checkpoint Parse(string text) => TryParse(text, out var checkpoint, out var error) ? checkpoint : throw new FormatException(error);

    /// <summary>Reads a checkpoint's text, or says in a sentence what is wrong with it.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out Checkpoint? checkpoint, [NotNullWhen(false)] out string? error)
    {
        ArgumentNullException.ThrowIfNull(text);
        checkpoint = null;
        var lines = text.Split('\n');
        if (lines.Length < 4 || lines[^1].Length != 0)
            error = "A checkpoint has at least three lines (origin, size, root), each ended by a newline.";
        else if (!lines[..^1].All(IsLine))
            error = "A line of the checkpoint is empty or holds a control character.";
        else if (!TryParseSize(lines[1], out var size))
            error = "The second line of the checkpoint, its size, is not a plain decimal number below 2^64.";
        else if (!Base64.TryDecode(lines[2], out var root) || root.Length != Merkle.HashSize)
            error = $"The third line of the checkpoint, its root, is not canonical base64 of {Merkle.HashSize} bytes.";
        else
        {
            (checkpoint, error) = (new Checkpoint(lines[0], size, root) { Extensions = lines[3..^1] }, null);
            return true;
        }
        return false;
    }

    /// <inheritdoc/>
    public bool Equals(Checkpoint? other) => other is not null && other.ToText() == ToText();

    /// <inheritdoc/>
    public override int GetHashCode() => ToText().GetHashCode(StringComparison.Ordinal);

    private static bool TryParseSize(string line, out ulong size) =>
        ulong.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out size)
        && size.ToString(CultureInfo.InvariantCulture) == line;

    private static bool IsLine(string? line) =>
        line is { Length: > 0 } && !line.Any(c => c < ' ') && NoteText.IsUnicode(line);
}
