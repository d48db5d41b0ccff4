using System.Text;

namespace AccessBroker.TransparencyLog;

/// <summary>What every part of a signed note must keep to: UTF-8 without control characters but newline.</summary>
internal static class NoteText
{
    /// <summary>UTF-8 that refuses what it cannot represent, in both directions.</summary>
    public static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static bool HasControlCharacter(string text) => text.Any(c => c < ' ' && c != '\n');

    /// <summary>Whether the text can be written as UTF-8: every surrogate has its partner.</summary>
    public static bool IsUnicode(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
                continue;
            if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
                return false;
            i++;
        }
        return true;
    }
}
