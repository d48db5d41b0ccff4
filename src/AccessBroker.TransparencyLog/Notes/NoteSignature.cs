using System.Buffers.Binary;

namespace AccessBroker.TransparencyLog;

/// <summary>One signature line of a note; says nothing until verified.</summary>
/// <param name="Name">The key's name.</param>
/// <param name="KeyId">The key's id.</param>
/// <param name="Signature">The signature without the key id; at least one byte.</param>
public sealed record NoteSignature(string Name, uint KeyId, ReadOnlyMemory<byte> Signature)
{
    internal const string LineStart = "— ";

    /// <summary>The line without its newline: <c>— name base64(key id ‖ signature)</c>.</summary>
    public override string ToString()
    {
        var bytes = new byte[sizeof(uint) + Signature.Length];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, KeyId);
        Signature.Span.CopyTo(bytes.AsSpan(sizeof(uint)));
        return $"{LineStart}{Name} {Convert.ToBase64String(bytes)}";
    }

    /// <summary>Null unless the line has exactly the form that <see cref="ToString"/> writes.</summary>
    public static NoteSignature? Parse(string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        return line.StartsWith(LineStart, StringComparison.Ordinal)
            && line[LineStart.Length..].Split(' ') is [var name, var base64]
            && KeyName.IsValid(name)
            && Base64.TryDecode(base64, out var bytes)
            && bytes.Length > sizeof(uint)
            ? new NoteSignature(name, BinaryPrimitives.ReadUInt32BigEndian(bytes), bytes.AsMemory(sizeof(uint)))
            : null;
    }
}
