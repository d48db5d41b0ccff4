namespace AccessBroker.Audit.Tests;

public sealed class AuditValidationTests
{
    [Fact]
    public void Validate_Defaults_NeedOnlyAnOrigin() => Assert.Empty(Errors(new AuditOptions { Origin = "access.example.com/log" }));

    [Fact]
    public void Validate_ManyErrors_AllAtOnce()
    {
        var options = new AuditOptions
        {
            Origin = "two words", AppendLimit = TimeSpan.FromHours(1), QueueLength = 0, CheckpointInterval = TimeSpan.Zero,
            IdleCheckpointInterval = TimeSpan.FromDays(2), Node = 0,
        };

        Assert.Equal(
            [
                "Log:Origin is \"two words\"; it must be a name such as access.example.com/log: 1–200 visible ASCII characters without a plus sign.",
                "Log:AppendLimit is 01:00:00; it must be from 100 ms to 2 s, because nobody may be kept waiting longer for the log.",
                "Log:QueueLength is 0; it must be 1–1000000.",
                "Log:CheckpointInterval is 00:00:00; it must be from one second to one hour.",
                "Log:IdleCheckpointInterval is 2.00:00:00; it must be from Log:CheckpointInterval to one day.",
                "Log:Node is 0; it must be 1–9999, or left out.",
            ],
            Errors(options));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a+b")] // separates a key's name from its hash
    [InlineData("zugang.exämple/log")]
    [InlineData("a\nb")]
    public void Validate_OriginThatIsNoKeyName_IsRefused(string origin) => Assert.Single(Errors(new AuditOptions { Origin = origin }));

    private static IReadOnlyList<string> Errors(AuditOptions options) => [.. new AuditValidation().Validate(null, options).Failures ?? []];
}
