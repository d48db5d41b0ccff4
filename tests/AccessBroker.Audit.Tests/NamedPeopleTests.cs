using System.Text;

namespace AccessBroker.Audit.Tests;

public sealed class NamedPeopleTests
{
    private const string One = "00000000-0000-0000-0000-000000000001", Two = "00000000-0000-0000-0000-000000000002";

    [Theory]
    [InlineData("""{"actor":"_system"}""")]
    [InlineData($$"""{"actor":"{{One}}","grant":"{{Two}}","session":"{{Two}}","request":"{{Two}}","review":"{{Two}}","assignment":"{{Two}}","token":"{{Two}}"}""", One)]
    [InlineData($$"""{"actor":"_system","holder":"{{One}}","approver":"{{Two}}"}""", One, Two)]
    [InlineData($$"""{"actor":"{{One}}","requester":"{{Two}}"}""", One, Two)]
    [InlineData($$"""{"actor":"_system","person":"{{One}}"}""", One)]
    [InlineData("""{"actor":7,"person":null,"holder":["x"]}""")]
    public void In_ABody_FindsPeopleAndNothingElse(string body, params string[] expected) =>
        Assert.Equal(expected.Select(Guid.Parse).Order(), NamedPeople.In(Encoding.UTF8.GetBytes(body)).Order());
}
