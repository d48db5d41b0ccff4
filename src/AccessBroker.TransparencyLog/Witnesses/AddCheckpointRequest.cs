using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace AccessBroker.TransparencyLog;

/// <summary>What a log sends to a witness (C2SP tlog-witness, "add-checkpoint"); says nothing until <see cref="AddCheckpointRules"/> judged it.</summary>
/// <param name="OldSize">The size that the witness cosigned last, as the log believes; 0 for never.</param>
/// <param name="Proof">RFC 6962 consistency proof from there; empty where the old size is 0 or the checkpoint's own.</param>
/// <param name="Note">The signed checkpoint.</param>
public sealed record AddCheckpointRequest(ulong OldSize, IReadOnlyList<byte[]> Proof, SignedNote Note)
{
    /// <summary>The most proof lines that a log may send.</summary>
    public const int MaxProof = 63;

    /// <summary>More bytes than this are refused unread: 63 proof lines have 2,835, a checkpoint with many signatures a few thousand.</summary>
    public const int MaxSize = 64 * 1024;

    /// <summary>The request's body.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"old {OldSize}\n{string.Concat(Proof.Select(hash => Convert.ToBase64String(hash) + "\n"))}\n{Note}");

    /// <summary>Reads what <see cref="ToString"/> wrote, or says in a sentence what is wrong with it.</summary>
    public static bool TryParse(ReadOnlySpan<byte> utf8, [NotNullWhen(true)] out AddCheckpointRequest? request, [NotNullWhen(false)] out string? error)
    {
        request = null;
        if (utf8.Length > MaxSize)
        {
            error = $"A request larger than {MaxSize} bytes is not read.";
            return false;
        }
        string text;
        try
        {
            text = NoteText.StrictUtf8.GetString(utf8);
        }
        catch (DecoderFallbackException)
        {
            error = "The request is not valid UTF-8.";
            return false;
        }
        // The note holds an empty line too: the first one ends what stands before it.
        var split = text.IndexOf("\n\n", StringComparison.Ordinal);
        var lines = split < 0 ? [] : text[..split].Split('\n');
        if (lines is not [{ } first, .. var hashes] || !TryParseOldSize(first, out var oldSize))
            error = "The request begins with a line 'old' and a size, then proof lines, then an empty line.";
        else if (hashes.Length > MaxProof)
            error = $"The request has {hashes.Length} proof lines, more than {MaxProof}.";
        else if (!TryDecode(hashes, out var proof))
            error = $"A proof line is not canonical base64 of {Merkle.HashSize} bytes.";
        else if (SignedNote.TryParse(text[(split + 2)..], out var note, out error))
        {
            request = new AddCheckpointRequest(oldSize, proof, note);
            return true;
        }
        return false;
    }

    private static bool TryParseOldSize(string line, out ulong size)
    {
        size = 0;
        return line.StartsWith("old ", StringComparison.Ordinal)
            && ulong.TryParse(line.AsSpan(4), NumberStyles.None, CultureInfo.InvariantCulture, out size)
            && line == string.Create(CultureInfo.InvariantCulture, $"old {size}");
    }

    private static bool TryDecode(string[] lines, [NotNullWhen(true)] out byte[][]? hashes)
    {
        hashes = new byte[lines.Length][];
        for (var i = 0; i < lines.Length; i++)
        {
            if (!Base64.TryDecode(lines[i], out var hash) || hash.Length != Merkle.HashSize)
            {
                hashes = null;
                return false;
            }
            hashes[i] = hash;
        }
        return true;
    }
}
