namespace Story;

/// <param name="Server">The broker's address.</param>
/// <param name="Cli">The command line: a program, or its .dll.</param>
/// <param name="Out">Where the evidence is left, and where the server writes its log.</param>
/// <param name="Work">A folder for everything else.</param>
/// <param name="Database">The broker's SQLite file, for the steps that tamper.</param>
/// <param name="HelpdeskLog">The upstream's own access log.</param>
/// <param name="HelpdeskCredential">The file with the helpdesk's credential, which nobody but the gateway may show.</param>
/// <param name="Verifier">The standalone verifier's source.</param>
/// <param name="CalendarCredential">The file with the calendar's credential; null where there is no calendar.</param>
/// <param name="SmallDisk">The folder of the database where it is a small file system of its own; else null.</param>
internal sealed record StoryOptions(
    Uri Server, string Cli, string Out, string Work, string Database, string HelpdeskLog, string HelpdeskCredential, string Verifier,
    string? CalendarCredential, string? SmallDisk)
{
    private static readonly string[] Needed =
        ["--server", "--cli", "--out", "--work", "--database", "--helpdesk-log", "--helpdesk-credential", "--verifier"];

    private static readonly string[] Optional = ["--calendar-credential", "--small-disk"];

    public static string Usage => $"Usage: story {string.Join(' ', Needed.Select(n => $"{n} …"))} {string.Join(' ', Optional.Select(o => $"[{o} …]"))}";

    public bool HasCalendar => CalendarCredential is not null;

    public string ServerLog => Path.Combine(Out, "server.log");

    public static StoryOptions? Parse(string[] args, out string wrong)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        wrong = "";
        for (var i = 0; i < args.Length; i++)
        {
            if ((Needed.Contains(args[i]) || Optional.Contains(args[i])) && i + 1 < args.Length) values[args[i]] = args[++i];
            else wrong = $"\"{args[i]}\" was not expected.";
        }
        if (Needed.FirstOrDefault(n => !values.ContainsKey(n)) is { } missing) wrong = $"{missing} is missing.";
        return wrong.Length > 0 ? null : new StoryOptions(
            new Uri(values["--server"]), values["--cli"], values["--out"], values["--work"], values["--database"], values["--helpdesk-log"],
            values["--helpdesk-credential"], values["--verifier"], values.GetValueOrDefault("--calendar-credential"), values.GetValueOrDefault("--small-disk"));
    }
}
