using AccessBroker.Contracts;

namespace AccessBroker.Cli.Tests;

public sealed class ProblemsTests
{
    [Theory]
    [InlineData("grant-revoked", 403, 6), InlineData("grant-expired", 403, 6), InlineData("session-ended", 401, 6)]
    [InlineData("operation-not-granted", 403, 8), InlineData("other-tenant", 403, 8), InlineData("ambiguous-path", 400, 8)]
    [InlineData("token-expired", 401, 4), InlineData("anything", 401, 4), InlineData("own-request", 403, 5), InlineData("audit-unavailable", 503, 1)]
    public void From_Refusal_HasTheExitCodeOfItsKind(string code, int status, int exitCode)
    {
        var error = Problems.From(new Problem("urn:accessbroker:problem:" + code, "Title", status, "Detail", "Do this", "r-1"));

        Assert.Equal(exitCode, error.ExitCode);
        Assert.Equal((code, "Detail", "Do this", "r-1"), (error.Code, error.Message, error.Next, error.RequestId));
    }

    [Fact]
    public void From_FieldErrors_NamesEachField()
    {
        var errors = new Dictionary<string, string[]> { ["minutes"] = ["must be 1 to 480"] };
        var error = Problems.From(new Problem("urn:accessbroker:problem:invalid", "Not valid", 400, Errors: errors));
        Assert.Contains("minutes: must be 1 to 480", error.Message, StringComparison.Ordinal);
    }
}
