using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace AccessBroker.TransparencyLog;

/// <summary>cosignature/v1 (C2SP tlog-cosignature): a witness saw, at a time, that the log was consistent.</summary>
public static class Cosignature
{
    /// <summary>Bytes of a cosignature: POSIX seconds (u64, big-endian) ‖ Ed25519 signature.</summary>
    public const int Size = sizeof(ulong) + Ed25519.SignatureSize;

    /// <summary>What the Ed25519 key signs: two header lines, then the checkpoint's whole text.</summary>
    /// <param name="time">POSIX seconds, below 2^63.</param>
    /// <param name="checkpointText">The note's text with its last newline, without signatures, as UTF-8.</param>
    public static byte[] Message(ulong time, ReadOnlySpan<byte> checkpointText)
    {
        var header = string.Create(CultureInfo.InvariantCulture, $"cosignature/v1\ntime {time}\n");
        return [.. Encoding.ASCII.GetBytes(header), .. checkpointText];
    }

    /// <summary>A cosignature out of its parts.</summary>
    /// <param name="time">POSIX seconds, the same as signed.</param>
    /// <param name="ed25519Signature">64 bytes.</param>
    public static byte[] Join(ulong time, ReadOnlySpan<byte> ed25519Signature)
    {
        if (ed25519Signature.Length != Ed25519.SignatureSize)
            throw new ArgumentException($"An Ed25519 signature has {Ed25519.SignatureSize} bytes.", nameof(ed25519Signature));
        var cosignature = new byte[Size];
        BinaryPrimitives.WriteUInt64BigEndian(cosignature, time);
        ed25519Signature.CopyTo(cosignature.AsSpan(sizeof(ulong)));
        return cosignature;
    }

    /// <summary>The time a cosignature states, or null when it is none. True only if the cosignature verifies.</summary>
    public static DateTimeOffset? Time(ReadOnlySpan<byte> cosignature)
    {
        if (cosignature.Length != Size)
            return null;
        var seconds = BinaryPrimitives.ReadUInt64BigEndian(cosignature);
        return seconds <= (ulong)DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            ? DateTimeOffset.FromUnixTimeSeconds((long)seconds)
            : null;
    }

    /// <summary>Whether the cosignature is this Ed25519 key's over the checkpoint text.</summary>
    internal static bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> checkpointText, ReadOnlySpan<byte> cosignature)
    {
        if (Time(cosignature) is null)
            return false;
        var seconds = BinaryPrimitives.ReadUInt64BigEndian(cosignature);
        return Ed25519.Verify(publicKey, Message(seconds, checkpointText), cosignature[sizeof(ulong)..]);
    }
}
