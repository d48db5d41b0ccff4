namespace AccessBroker.Architecture.Tests;

/// <summary>What the project files say that a room may use.</summary>
public sealed class ReferenceTests
{
    public static TheoryData<string> RoomNames => new(Room.Allowed.Keys);

    [Fact]
    public void Rooms_UnderSrc_AreThoseOfTheDesign() =>
        Assert.Equal(Room.Allowed.Keys.Order(StringComparer.Ordinal), Room.All.Select(room => room.Name).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(RoomNames))]
    public void ProjectReferences_OfARoom_EqualTheAllowList(string name) =>
        Assert.Equal(Room.Allowed[name].Order(StringComparer.Ordinal), Room.Named(name).Rooms.Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("Yarp.", "Gateway")]
    [InlineData("OpenIddict.Server", "Issuer")]
    [InlineData("Microsoft.EntityFrameworkCore.Sqlite", "Storage")]
    [InlineData("Microsoft.EntityFrameworkCore.SqlServer", "Storage")]
    [InlineData("Npgsql", "Storage")]
    [InlineData("NSec.", "Storage")]
    [InlineData("Pkcs11Interop", "Storage")]
    public void Package_ThatOneRoomOwns_StandsInNoOther(string package, string owner)
    {
        var users = Room.All.Where(room => room.Packages.Any(name => name.StartsWith(package, StringComparison.Ordinal))).Select(room => room.Name);

        Assert.Equal([owner], users);
    }

    [Theory]
    [InlineData("Microsoft.Data.Sqlite")]
    [InlineData("Microsoft.Data.SqlClient")]
    [InlineData("System.Data.SqlClient")]
    public void DatabaseDriver_OutsideStorage_IsReferencedByNoRoom(string driver) =>
        Assert.DoesNotContain(Room.All, room => room.Name != "Storage" && room.Packages.Contains(driver));

    [Fact]
    public void PureRooms_UseNoPackageAndNoWebFramework() => Assert.All(Room.Pure.Select(Room.Named), room =>
    {
        Assert.Empty(room.Packages);
        Assert.False(room.UsesAspNetCore, $"{room.Name} uses ASP.NET Core.");
    });
}
