using System.Text.RegularExpressions;

namespace AccessBroker.Access;

/// <summary>The one shape of customer, target and operation ids: they become host names, log fields and file names.</summary>
public static partial class Names
{
    /// <summary>The deployment's own trail. No customer can have this id: the pattern admits no underscore.</summary>
    public const string System = "_system";

    /// <summary>A customer or target id: <c>[a-z][a-z0-9]*(-[a-z0-9]+)*</c>, 2–30 characters. Double hyphens cannot occur, so <c>acme--crm</c> splits one way only.</summary>
    public static bool IsId(string? value) => value is { Length: >= 2 and <= 30 } && IdPattern().IsMatch(value);

    /// <summary>An operation name: dotted ids, such as <c>tickets.read</c>, at most 60 characters.</summary>
    public static bool IsOperation(string? value) => value is { Length: >= 2 and <= 60 } && OperationPattern().IsMatch(value);

    [GeneratedRegex("^[a-z][a-z0-9]*(-[a-z0-9]+)*\\z")]
    private static partial Regex IdPattern();

    [GeneratedRegex("^[a-z][a-z0-9]*([.-][a-z0-9]+)*\\z")]
    private static partial Regex OperationPattern();
}
