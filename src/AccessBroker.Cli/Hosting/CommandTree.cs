using System.CommandLine;
using System.CommandLine.Help;

namespace AccessBroker.Cli;

/// <summary>All verbs, and the one place where an error becomes an exit code.</summary>
internal static class CommandTree
{
    public static async Task<int> RunAsync(string[] args, CliHost host)
    {
        var parsed = Build(host).Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0 && parsed.Action is not HelpAction && !IsDirective(args))
            return Errors.Report(host, CliException.Usage(
                string.Join(" ", parsed.Errors.Select(e => e.Message)), $"accessbroker{PathOf(parsed)} --help"));
        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration
            {
                Output = host.Out, Error = host.Error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeSpan.FromSeconds(2),
            });
        }
        catch (CliException expected)
        {
            return Errors.Report(host, expected);
        }
        catch (OperationCanceledException)
        {
            return Errors.Report(host, new CliException(ExitCode.Cancelled, "cancelled", "Cancelled."));
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            return Errors.Report(host, new CliException(ExitCode.Failure, "io", failed.Message));
        }
    }

    internal static RootCommand Build(CliHost host)
    {
        var context = new CliContext(host);
        return new RootCommand("Ask for access to a customer's data, use it, and check what was done.")
        {
            context.Profile,
            context.Server,
            SignInVerbs.Login(context),
            SignInVerbs.Logout(context),
            SignInVerbs.WhoAmI(context),
            SignInVerbs.Token(context),
            RequestVerbs.Build(context),
            GrantVerbs.Build(context),
            SessionVerbs.Build(context),
            CurlVerb.Build(context),
            AuditVerbs.Build(context),
            ErasureVerbs.Build(context),
            VerifyVerb.Build(context),
            WitnessVerb.Build(context),
            DoctorVerb.Build(context),
            CompletionVerb.Build(context),
        };
    }

    /// <summary><c>[suggest:12] "accessbroker re"</c>: a half-typed line is what a completion is asked about, not an error.</summary>
    private static bool IsDirective(string[] args) => args is [['[', ..], ..];

    private static string PathOf(ParseResult parsed)
    {
        var path = "";
        for (var at = parsed.CommandResult; at.Parent is System.CommandLine.Parsing.CommandResult parent; at = parent)
            path = $" {at.Command.Name}{path}";
        return path;
    }
}
