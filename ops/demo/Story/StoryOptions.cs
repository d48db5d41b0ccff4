namespace Story;

/// <param name="Server">The broker's address.</param>
/// <param name="Cli">The command line: a program, or its .dll.</param>
/// <param name="Out">Where the evidence is left.</param>
/// <param name="Work">A folder for everything else.</param>
/// <param name="Database">The broker's SQLite file, for the steps that tamper.</param>
/// <param name="HelpdeskLog">The upstream's own access log.</param>
/// <param name="Verifier">The standalone verifier's source.</param>
/// <param name="Calendar">The calendar is there, too.</param>
/// <param name="SmallDisk">The folder of the database where it is a small file system of its own; else null.</param>
internal sealed record StoryOptions(
    Uri Server, string Cli, string Out, string Work, string Database, string HelpdeskLog, string Verifier, bool Calendar, string? SmallDisk)
{
    public const string Usage =
        "Usage: story --server URL --cli FILE --out DIR --work DIR --database FILE --helpdesk-log FILE --verifier FILE [--calendar] [--small-disk DIR]";

    public static StoryOptions? Parse(string[] args, out string wrong)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        wrong = "";
        for (var i = 0; i < args.Length; i++)
        {
            if (args[i] == "--calendar") values[args[i]] = "";
            else if (args[i].StartsWith("--", StringComparison.Ordinal) && i + 1 < args.Length) values[args[i]] = args[++i];
            else wrong = $"\"{args[i]}\" was not expected.";
        }
        string[] needed = ["--server", "--cli", "--out", "--work", "--database", "--helpdesk-log", "--verifier"];
        if (needed.FirstOrDefault(n => !values.ContainsKey(n)) is { } missing) wrong = $"{missing} is missing.";
        return wrong.Length > 0 ? null : new StoryOptions(
            new Uri(values["--server"]), values["--cli"], values["--out"], values["--work"], values["--database"], values["--helpdesk-log"],
            values["--verifier"], values.ContainsKey("--calendar"), values.GetValueOrDefault("--small-disk"));
    }
}
