using System.CommandLine;

namespace AccessBroker.Cli;

/// <summary>The options that every verb knows, and what a verb gets by them: a signed-in client, a printer.</summary>
internal sealed class CliContext(CliHost host)
{
    public CliHost Host { get; } = host;

    public Option<string?> Profile { get; } = new("--profile")
    {
        Description = "Whose sign-in to use (ACCESSBROKER_PROFILE)", HelpName = "NAME", Recursive = true,
    };

    public Option<string?> Server { get; } = new("--server")
    {
        Description = "The broker's address (ACCESSBROKER_SERVER)", HelpName = "URL", Recursive = true,
    };

    /// <summary>Not recursive: <c>curl -o</c> names a file.</summary>
    public static Option<OutputFormat?> FormatOption() => new("--format", "-o")
    {
        Description = "table, json or tsv (a table on a terminal, JSON when piped)",
        HelpName = "FORMAT",
        CustomParser = result => result.Tokens[0].Value switch
        {
            "table" => OutputFormat.Table,
            "json" => OutputFormat.Json,
            "tsv" => OutputFormat.Tsv,
            var other => Refuse(result, $"\"{other}\" is not a format; use table, json or tsv."),
        },
    };

    public Printer Printer(ParseResult parsed, Option<OutputFormat?> format) =>
        new(Host, parsed.GetValue(format) ?? (Host.OutIsTerminal ? OutputFormat.Table : OutputFormat.Json));

    public ProfileStore OpenProfile(ParseResult parsed) => ProfileStore.Open(Host, parsed.GetValue(Profile));

    /// <summary>By option, environment, profile; else the demo's.</summary>
    public Uri ServerOf(ParseResult parsed, Profile? profile)
    {
        var named = parsed.GetValue(Server) ?? (Host.Environment("ACCESSBROKER_SERVER") is { Length: > 0 } set ? set : null);
        return named is not null ? ServerAddress.Parse(named) : profile?.Server ?? ServerAddress.Parse(ServerAddress.Default);
    }

    /// <exception cref="CliException">Exit code 4 where nobody is signed in.</exception>
    public (ApiClient Api, SignedIn SignedIn) Connect(ParseResult parsed)
    {
        var store = OpenProfile(parsed);
        var profile = store.Read() ?? throw Problems.NeedsSignIn();
        // A token goes to the server that it is for, never to another that is named later.
        if (ServerOf(parsed, profile) is var server && server != profile.Server)
            throw new CliException(ExitCode.NeedsSignIn, "other-server", $"Profile \"{store.Name}\" is signed in at {profile.Server.GetLeftPart(UriPartial.Authority)}, not at {server.GetLeftPart(UriPartial.Authority)}.", $"Run accessbroker login --server {server.GetLeftPart(UriPartial.Authority)}, with --profile NAME to keep both.");
        var signedIn = new SignedIn(store, profile, Host.Time);
        return (new ApiClient(HttpClients.Create(TimeSpan.FromSeconds(100)), signedIn), signedIn);
    }

    private static OutputFormat? Refuse(System.CommandLine.Parsing.ArgumentResult result, string message)
    {
        result.AddError(message);
        return null;
    }
}
