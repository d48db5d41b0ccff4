using System.Diagnostics.CodeAnalysis;

namespace AccessBroker.TransparencyLog;

/// <summary>Canonical standard base64 (RFC 4648 §4, §3.5): exactly one text for each sequence of bytes.</summary>
internal static class Base64
{
    /// <summary>False for white space, missing padding, the URL alphabet and stray trailing bits.</summary>
    public static bool TryDecode(string text, [NotNullWhen(true)] out byte[]? bytes)
    {
        var buffer = new byte[text.Length / 4 * 3];
        bytes = Convert.TryFromBase64String(text, buffer, out var length) && Convert.ToBase64String(buffer, 0, length) == text
            ? buffer[..length]
            : null;
        return bytes is not null;
    }
}
