namespace Helpdesk;

/// <summary>What the command line says. All four are needed; there are no defaults to be surprised by.</summary>
/// <param name="Urls">Where to listen, such as <c>http://127.0.0.1:8481</c>.</param>
/// <param name="DataFolder">Holds <c>helpdesk.db</c> and <c>attachments/</c>; created, and filled with sample data, when absent.</param>
/// <param name="CredentialFile">Holds the one bearer credential that callers must present; read once, at start.</param>
/// <param name="AccessLogFile">Gets one JSON line a request, appended.</param>
internal sealed record HelpdeskOptions(string Urls, string DataFolder, string CredentialFile, string AccessLogFile)
{
    public const string Usage =
        "Usage: helpdesk --urls http://127.0.0.1:PORT --data DIR --credential-file FILE --access-log FILE";

    /// <summary>Reads the options, or says in <paramref name="errors"/> everything that is wrong with them.</summary>
    public static HelpdeskOptions? Parse(IReadOnlyList<string> arguments, out IReadOnlyList<string> errors)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        var wrong = new List<string>();
        string[] known = ["--urls", "--data", "--credential-file", "--access-log"];

        for (var i = 0; i < arguments.Count; i++)
        {
            if (!known.Contains(arguments[i]))
                wrong.Add($"'{arguments[i]}' is not an option.");
            else if (i + 1 == arguments.Count)
                wrong.Add($"{arguments[i]} needs a value.");
            else if (!found.TryAdd(arguments[i], arguments[++i]))
                wrong.Add($"{arguments[i - 1]} is given twice.");
        }

        wrong.AddRange(known.Where(name => !found.ContainsKey(name)).Select(name => $"{name} is missing."));
        if (found.TryGetValue("--credential-file", out var file) && !File.Exists(file))
            wrong.Add($"The credential file '{file}' does not exist. Write the credential that callers must present into it.");

        errors = wrong;
        return wrong.Count > 0
            ? null
            : new(found["--urls"], found["--data"], found["--credential-file"], found["--access-log"]);
    }
}
