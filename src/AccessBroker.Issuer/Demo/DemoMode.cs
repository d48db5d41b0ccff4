using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace AccessBroker.Issuer;

/// <summary>
/// <c>Demo:Enabled=true</c>: the embedded issuer offers personas instead of asking for credentials. Everything that could put
/// such a server before other people is refused: addresses off loopback, forwarded headers, foreign host names, a real database.
/// </summary>
public static class DemoMode
{
    private const string Enabled = "Demo:Enabled";

    /// <returns>False also for what is neither true nor false; <see cref="Broken"/> says so.</returns>
    public static bool IsEnabled(IConfiguration configuration) => bool.TryParse(configuration[Enabled], out var enabled) && enabled;

    /// <summary>Adds who the personas are to <c>Identity:Assignments</c>, where Grants looks roles up.</summary>
    public static void AddAssignments(ConfigurationManager configuration)
    {
        if (!IsEnabled(configuration) || IssuerAddress.From(configuration)?.PublicUrl.AbsoluteUri is not { } issuer) return;
        var values = new Dictionary<string, string?>();
        for (var i = 0; i < Persona.All.Count; i++)
        {
            var persona = Persona.All[i];
            var at = string.Create(CultureInfo.InvariantCulture, $"Identity:Assignments:{i}");
            values[$"{at}:Provider"] = issuer;
            values[$"{at}:Subject"] = persona.Id;
            values[$"{at}:Name"] = persona.Name;
            values[$"{at}:Organisation"] = persona.Organisation;
            values[$"{at}:Role"] = persona.Role.ToString();
            values[$"{at}:Tenant"] = persona.Tenant;
        }
        configuration.AddInMemoryCollection(values);
    }

    internal static IEnumerable<string> Broken(IConfiguration configuration)
    {
        if (configuration[Enabled] is { Length: > 0 } text && !bool.TryParse(text, out _))
            yield return $"{Enabled} is '{text}': it is true or false.";
        if (!IsEnabled(configuration)) yield break;
        var publicUrl = configuration["Server:PublicUrl"];
        if (Uri.TryCreate(publicUrl, UriKind.Absolute, out var url) && !IdentityRules.IsLoopbackHost(url.Host))
            yield return $"Demo:Enabled is true and Server:PublicUrl is {publicUrl}: demo personas need no credentials, so a demo is reachable on this machine only. Use http://localhost:8480.";
        if (bool.TryParse(configuration["Server:TlsEndsBefore"], out var behindProxy) && behindProxy)
            yield return "Demo:Enabled is true and so is Server:TlsEndsBefore: a demo never stands behind a proxy.";
    }
}
