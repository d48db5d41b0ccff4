using AccessBroker.Contracts;

namespace AccessBroker.Cli.Tests;

public sealed class PathShapeTests
{
    private static readonly OperationView Read = new("tickets.read", "See", ["GET"], ["/orgs/acme/tickets", "/orgs/acme/tickets/{id}", "/files/**"], false);

    [Theory]
    [InlineData("GET", "/orgs/acme/tickets", true), InlineData("get", "/orgs/acme/tickets/7?x=1", true), InlineData("GET", "/files/a/b", true)]
    [InlineData("POST", "/orgs/acme/tickets", false), InlineData("GET", "/orgs/globex/tickets", false), InlineData("GET", "/orgs/acme/tickets/7/x", false), InlineData("GET", "/orgs/acme/tickets/", false)]
    public void Allows_MethodAndPath_AsTheTemplateSays(string method, string path, bool expected) => Assert.Equal(expected, PathShape.Allows(Read, method, path));
}
