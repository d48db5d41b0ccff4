namespace AccessBroker.Architecture.Tests;

/// <summary>
/// What each room really uses, as the compiler wrote it down. A project reference brings its own references along, so the project
/// files do not show that a room begins to use one further down, or a package that another room brought: here it shows.
/// </summary>
public sealed class UsedAssemblyTests
{
    /// <summary>Our own assemblies and those of packages; .NET and ASP.NET Core themselves are left out.</summary>
    private static readonly Dictionary<string, string[]> Used = new()
    {
        ["TransparencyLog"] = [],
        ["Access"] = [],
        ["Contracts"] = [],
        ["Evidence"] = ["AccessBroker.TransparencyLog"],
        ["Audit"] = ["AccessBroker.Evidence", "AccessBroker.TransparencyLog"],
        ["Storage"] =
        [
            "AccessBroker.Access", "AccessBroker.Audit", "AccessBroker.Evidence", "AccessBroker.TransparencyLog",
            "Microsoft.AspNetCore.DataProtection.EntityFrameworkCore", "Microsoft.Data.SqlClient", "Microsoft.Data.Sqlite",
            "Microsoft.EntityFrameworkCore", "Microsoft.EntityFrameworkCore.Relational", "Microsoft.EntityFrameworkCore.SqlServer",
            "Microsoft.EntityFrameworkCore.Sqlite", "NSec.Cryptography", "Npgsql", "Npgsql.EntityFrameworkCore.PostgreSQL",
            "OpenIddict.EntityFrameworkCore", "Pkcs11Interop",
        ],
        ["Grants"] =
        [
            "AccessBroker.Access", "AccessBroker.Audit", "AccessBroker.Contracts", "AccessBroker.Evidence", "AccessBroker.Storage",
            "Microsoft.EntityFrameworkCore", "Microsoft.EntityFrameworkCore.Relational", "YamlDotNet",
        ],
        ["Gateway"] =
        [
            "AccessBroker.Access", "AccessBroker.Audit", "AccessBroker.Contracts", "AccessBroker.Evidence", "AccessBroker.Grants",
            "Yarp.ReverseProxy",
        ],
        ["Web"] =
        [
            "AccessBroker.Access", "AccessBroker.Audit", "AccessBroker.Contracts", "AccessBroker.Evidence", "AccessBroker.Grants",
            "AccessBroker.Storage", "AccessBroker.TransparencyLog",
            "Cronos", "Microsoft.AspNetCore.OpenApi", "Microsoft.EntityFrameworkCore", "Microsoft.OpenApi",
        ],
        ["Issuer"] =
        [
            "AccessBroker.Access", "AccessBroker.Grants", "AccessBroker.Storage",
            "Microsoft.AspNetCore.Authentication.JwtBearer", "Microsoft.AspNetCore.Authentication.OpenIdConnect",
            "Microsoft.EntityFrameworkCore", "Microsoft.IdentityModel.JsonWebTokens", "Microsoft.IdentityModel.Protocols.OpenIdConnect",
            "Microsoft.IdentityModel.Tokens", "OpenIddict.Abstractions", "OpenIddict.Core", "OpenIddict.EntityFrameworkCore",
            "OpenIddict.Server", "OpenIddict.Server.AspNetCore", "OpenIddict.Validation", "OpenIddict.Validation.AspNetCore",
            "OpenIddict.Validation.ServerIntegration",
        ],
        ["Server"] =
        [
            "AccessBroker.Access", "AccessBroker.Audit", "AccessBroker.Contracts", "AccessBroker.Evidence", "AccessBroker.Gateway",
            "AccessBroker.Grants", "AccessBroker.Issuer", "AccessBroker.Storage", "AccessBroker.TransparencyLog", "AccessBroker.Web",
            "Microsoft.AspNetCore.OpenApi", "Microsoft.OpenApi", "OpenTelemetry", "OpenTelemetry.Api",
            "OpenTelemetry.Api.ProviderBuilderExtensions", "OpenTelemetry.Exporter.OpenTelemetryProtocol",
            "OpenTelemetry.Extensions.Hosting", "OpenTelemetry.Instrumentation.AspNetCore", "OpenTelemetry.Instrumentation.Http",
        ],
        ["Cli"] = ["AccessBroker.Contracts", "AccessBroker.Evidence", "AccessBroker.TransparencyLog", "System.CommandLine"],
    };

    private static readonly string[] Frameworks =
        [Path.GetDirectoryName(typeof(object).Assembly.Location)!, Path.GetDirectoryName(typeof(Microsoft.AspNetCore.Builder.WebApplication).Assembly.Location)!];

    public static TheoryData<string> RoomNames => new(Room.Allowed.Keys);

    [Theory]
    [MemberData(nameof(RoomNames))]
    public void Assemblies_UsedByARoom_EqualTheAllowList(string name)
    {
        var used = Room.Named(name).Load().GetReferencedAssemblies().Select(assembly => assembly.Name!)
            .Where(assembly => !Frameworks.Any(folder => File.Exists(Path.Combine(folder, assembly + ".dll"))));

        Assert.Equal(Used[name].Order(StringComparer.Ordinal), used.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Rooms_UsedByARoom_AreReachedByTheArrowsOfTheDesign() => Assert.All(Used, room =>
        Assert.Subset(Reachable(room.Key), room.Value.Where(name => name.StartsWith(Room.Prefix, StringComparison.Ordinal)).Select(name => name[Room.Prefix.Length..]).ToHashSet()));

    private static HashSet<string> Reachable(string room) => [.. Room.Allowed[room].SelectMany(next => Reachable(next).Append(next))];
}
