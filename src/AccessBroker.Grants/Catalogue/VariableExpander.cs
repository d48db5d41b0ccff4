using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;

namespace AccessBroker.Grants;

/// <summary>
/// <c>${NAME}</c> in a targets file is the configuration value of that name, else the environment variable;
/// <c>${file:NAME}</c> is the content of the file that it points at, without the last line end. Unset is an error, never empty.
/// </summary>
internal sealed partial class VariableExpander(IConfiguration configuration)
{
    /// <summary>The text with its variables replaced; each that cannot be is told to <paramref name="error"/>.</summary>
    public string Expand(string text, Action<string> error) => Variable().Replace(text, match =>
    {
        var name = match.Groups["name"].Value;
        var value = configuration[name] ?? Environment.GetEnvironmentVariable(name);
        if (string.IsNullOrEmpty(value))
        {
            error($"{match.Value} is not set; set it in the configuration or the environment.");
            return "";
        }
        return match.Groups["file"].Success ? ReadFile(match.Value, value, error) : value;
    });

    private static string ReadFile(string variable, string path, Action<string> error)
    {
        try
        {
            return File.ReadAllText(path).TrimEnd('\r', '\n');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            error($"{variable} points at {path}, which cannot be read: {e.Message}");
            return "";
        }
    }

    [GeneratedRegex(@"\$\{(?<file>file:)?(?<name>[A-Za-z_][A-Za-z0-9_:]*)\}")]
    private static partial Regex Variable();
}
