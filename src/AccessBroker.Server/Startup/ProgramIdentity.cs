using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AccessBroker.Access;

namespace AccessBroker.Server;

/// <summary>What runs here, and by which settings, as hashes that stand in the log: a changed program or setting shows at its next start.</summary>
internal static class ProgramIdentity
{
    private static readonly string[] Sections =
    [
        "Demo", "Exports", "Gateway", "HTTP_PORTS", "HTTPS_PORTS", "Identity", "Keys", "Kestrel", "Log", "Requests", "Rooms", "Server", "Storage", "Targets",
        "Telemetry", "Tenants", "Urls",
    ];

    private static readonly string[] SecretWords = ["secret", "password", "connectionstring", "token", "credential", "headers:"];

    public static string Version { get; } =
        typeof(ProgramIdentity).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0";

    /// <summary>SHA-256, lower-case hex, over the lines <c>{sha256 of file} {name}</c> of the program's own assemblies in ordinal order.</summary>
    public static string HashOfProgram()
    {
        var files = Directory.EnumerateFiles(AppContext.BaseDirectory, "AccessBroker.*.dll").Order(StringComparer.Ordinal);
        return HashOfLines(files.Select(file => $"{Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)))} {Path.GetFileName(file)}"));
    }

    /// <summary>
    /// SHA-256, lower-case hex, over the lines <c>key=value</c> of the broker's sections in ordinal order, and a line of JSON for each
    /// target as it was read, because the setting names only its file. Of secrets only that they are set.
    /// </summary>
    public static string HashOfConfiguration(IConfiguration configuration, Catalogue catalogue) => HashOfLines(Sections
        .SelectMany(section => configuration.GetSection(section).AsEnumerable())
        .Where(setting => setting.Value is not null)
        .Select(setting => $"{setting.Key}={(IsSecret(setting.Key) ? "set" : setting.Value)}")
        .Concat(catalogue.Targets.Select(target => $"Targets:{target.Name}={JsonSerializer.Serialize(WithoutSecret(target))}"))
        .Order(StringComparer.Ordinal));

    private static TargetDefinition WithoutSecret(TargetDefinition target) =>
        target.Credential is { } credential ? target with { Credential = credential with { Value = "set" } } : target;

    private static bool IsSecret(string key) => SecretWords.Any(word => key.Contains(word, StringComparison.OrdinalIgnoreCase));

    private static string HashOfLines(IEnumerable<string> lines) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n")))));
}
