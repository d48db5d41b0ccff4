using System.Reflection;
using AccessBroker.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;

namespace AccessBroker.Web.Api;

/// <summary>For everybody: where programs sign in.</summary>
internal static class PublicEndpoints
{
    public static void MapPublic(this IEndpointRouteBuilder app)
    {
        app.MapGet("/.well-known/accessbroker", (IConfiguration configuration) => ApiResults.Ok(Discovery(configuration)))
            .AllowAnonymous().WithTags("sign-in").Produces<ServerInfo>()
            .WithSummary("Where programs sign people in for this API.");
    }

    /// <summary>In a demo the embedded issuer at the public address; otherwise the first provider, as configured for the CLI.</summary>
    private static ServerInfo Discovery(IConfiguration configuration)
    {
        var demo = configuration.GetValue<bool>("Demo:Enabled");
        var provider = configuration.GetSection("Identity:Providers:0");
        var version = typeof(PublicEndpoints).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";
        return demo
            ? new ServerInfo(configuration["Server:PublicUrl"] ?? "", "accessbroker-cli", "openid profile offline_access accessbroker", true, version)
            : new ServerInfo(provider["Authority"] ?? "", provider["CliClientId"] ?? "", ExternalScope(provider), false, version);
    }

    private static string ExternalScope(IConfigurationSection provider) =>
        string.Join(' ', (provider.GetSection("Scopes").Get<string[]>() ?? ["openid", "profile"]).Append("offline_access").Distinct());
}
