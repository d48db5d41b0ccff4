namespace AccessBroker.TransparencyLog;

/// <summary>Names of keys (C2SP signed-note, "Format").</summary>
internal static class KeyName
{
    /// <summary>Not empty; no Unicode space, no plus; and, as it stands in a note, no control character or lone surrogate.</summary>
    public static bool IsValid(string name) =>
        name.Length > 0 && !name.Any(c => c == '+' || char.IsWhiteSpace(c) || c < ' ') && NoteText.IsUnicode(name);
}
