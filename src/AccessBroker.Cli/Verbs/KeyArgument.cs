using AccessBroker.TransparencyLog;

namespace AccessBroker.Cli;

/// <summary>A log's verifier key as an option's value: the text itself, or a file that holds it.</summary>
internal static class KeyArgument
{
    public static VerifierKey Read(string fileOrKey, string option)
    {
        var text = File.Exists(fileOrKey) ? File.ReadAllText(fileOrKey).Trim() : fileOrKey;
        if (text.Contains('\n'))
            throw CliException.Usage($"{fileOrKey} holds several keys.", "Give the one line of the key that you have from before; while a rotation's overlap lasts, any of them will do.");
        return VerifierKey.TryParse(text, out var key, out var error)
            ? key
            : throw CliException.Usage($"{option} is neither a file nor a verifier key: {error}", "accessbroker audit vkey prints your log's.");
    }
}
