using AccessBroker.Contracts;

namespace AccessBroker.Cli;

/// <summary>
/// Whether an operation looks as if it covered a path: only to pick among several grants. The gateway alone decides.
/// </summary>
internal static class PathShape
{
    public static bool Allows(OperationView operation, string method, string path) =>
        operation.Methods.Contains(method, StringComparer.OrdinalIgnoreCase) && operation.Paths.Any(template => Matches(template, path.Split('?', 2)[0]));

    private static bool Matches(string template, string path)
    {
        var wanted = template.Split('/');
        var given = path.Split('/');
        for (var i = 0; i < wanted.Length; i++)
        {
            if (wanted[i] == "**") return true;
            if (i >= given.Length) return false;
            if (wanted[i].StartsWith('{') ? given[i].Length == 0 : wanted[i] != given[i]) return false;
        }
        return wanted.Length == given.Length;
    }
}
