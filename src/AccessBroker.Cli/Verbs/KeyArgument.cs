using AccessBroker.TransparencyLog;

namespace AccessBroker.Cli;

/// <summary>A log's verifier key as an option's value: the text itself, or a file that holds it.</summary>
internal static class KeyArgument
{
    /// <returns>
    /// Several where the file holds several, as <c>audit vkey</c> writes it during a rotation's overlap: the newest first, which signs
    /// all that comes, and then those before it.
    /// </returns>
    public static IReadOnlyList<VerifierKey> Read(string fileOrKeys, string option)
    {
        var text = File.Exists(fileOrKeys) ? File.ReadAllText(fileOrKeys) : fileOrKeys;
        return [.. text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).DefaultIfEmpty("").Select(line => Parse(line, option))];
    }

    private static VerifierKey Parse(string text, string option) => VerifierKey.TryParse(text, out var key, out var error)
        ? key
        : throw CliException.Usage($"{option} is neither a file nor a verifier key: {error}", "accessbroker audit vkey prints your log's.");
}
