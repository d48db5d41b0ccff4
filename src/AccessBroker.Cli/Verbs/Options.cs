using System.CommandLine;

namespace AccessBroker.Cli;

/// <summary>Options and arguments that several verbs share. A new one each time: a symbol belongs to one command.</summary>
internal static class Options
{
    public static Option<string?> Tenant() => new("--tenant", "--customer") { Description = "The customer", HelpName = "ID" };

    public static Argument<Guid> Id(string description) => new("ID") { Description = description };

    /// <summary><c>--operations a,b --operations c</c> is a, b and c.</summary>
    public static IReadOnlyList<string> Names(string[]? values) =>
        [.. (values ?? []).SelectMany(v => v.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).Distinct(StringComparer.Ordinal)];
}
