using NetArchTest.Rules;

namespace AccessBroker.Architecture.Tests;

/// <summary>The same rules on what the compiler made, where a transitive reference shows that a project file does not name.</summary>
public sealed class CompiledRoomTests
{
    public static TheoryData<string> DoorNames => new(Room.Doors);

    public static TheoryData<string> PureNames => new(Room.Pure);

    [Theory]
    [MemberData(nameof(DoorNames))]
    public void Door_DependsOnNoOtherDoor(string name) =>
        AssertFree(name, [.. Room.Doors.Where(other => other != name).Select(other => Room.Prefix + other)]);

    [Theory]
    [InlineData("Gateway")]
    [InlineData("Web")]
    [InlineData("Issuer")]
    [InlineData("Grants")]
    [InlineData("Audit")]
    public void Room_OutsideStorage_UsesNoDatabaseDriver(string name) =>
        AssertFree(name, ["Microsoft.Data.Sqlite", "Microsoft.Data.SqlClient", "Npgsql", "NSec"]);

    [Theory]
    [InlineData("Web")]
    [InlineData("Issuer")]
    [InlineData("Grants")]
    [InlineData("Storage")]
    [InlineData("Audit")]
    public void Room_OutsideGateway_UsesNoProxy(string name) => AssertFree(name, ["Yarp"]);

    [Theory]
    [InlineData("Web")]
    [InlineData("Gateway")]
    [InlineData("Grants")]
    [InlineData("Storage")]
    public void Room_OutsideIssuer_UsesNoTokenServer(string name) => AssertFree(name, ["OpenIddict.Server"]);

    [Fact]
    public void Audit_IsFreeOfEntityFramework() => AssertFree("Audit", ["Microsoft.EntityFrameworkCore"]);

    [Theory]
    [MemberData(nameof(PureNames))]
    public void PureRoom_ReferencesTheBaseLibraryAlone(string name)
    {
        var runtime = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        var allowed = Room.Allowed[name].Select(other => Room.Prefix + other).ToHashSet();

        var foreign = Room.Named(name).Load().GetReferencedAssemblies().Select(assembly => assembly.Name!)
            .Where(assembly => !allowed.Contains(assembly) && !File.Exists(Path.Combine(runtime, assembly + ".dll")));

        Assert.Empty(foreign);
    }

    /// <summary>A rule that matches no type passes whatever the code does: so there must be types, and the rule must be able to fail.</summary>
    private static void AssertFree(string name, string[] foreign)
    {
        var room = Room.Named(name);
        var types = Types.InAssembly(room.Load()).That().ResideInNamespace(room.Namespace);
        Assert.True(types.GetTypes().Any(), $"No type of {name} stands in the namespace {room.Namespace}: the rule looks at nothing.");

        var result = types.ShouldNot().HaveDependencyOnAny(foreign).GetResult();

        Assert.True(result.IsSuccessful, $"{name} must not use {string.Join(", ", foreign)}: {string.Join(", ", result.FailingTypeNames ?? [])}");
    }

    [Theory]
    [InlineData("Gateway", "Yarp")]
    [InlineData("Issuer", "OpenIddict.Server")]
    [InlineData("Storage", "Npgsql")]
    [InlineData("Storage", "Microsoft.Data.SqlClient")]
    [InlineData("Storage", "Microsoft.Data.Sqlite")]
    public void Rule_OnTheRoomThatOwnsThePackage_FindsIt(string name, string package) =>
        Assert.True(Types.InAssembly(Room.Named(name).Load()).That().HaveDependencyOn(package).GetTypes().Any());
}
