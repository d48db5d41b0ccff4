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

    [Fact]
    public void Validate_Witnesses_AllErrorsInSentences()
    {
        const string good = "witness.example/w1+a1b3bffe+BB8sM0Hu4lSsrB9TzCDlhm8ol5/qUIx9VPSEBGZBgFCY";
        Assert.Empty(Errors(With((good, "https://witness.example/w1"))));
        Assert.Empty(Errors(With((good, "http://127.0.0.1:8490/"))));

        var errors = Errors(With(
            ("", ""), (good.Replace("a1b3bffe", "00000000", StringComparison.Ordinal), "http://witness.example/"), (good, "ftp://witness.example"),
            (good, "https://user@witness.example/"), ("example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx", "https://witness.example/?x=1")));

        Assert.Equal(
            [
                "Log:Witnesses:0:Key is no verifier key: A verifier key has the form name+keyid+base64; this has fewer parts.",
                "Log:Witnesses:0:Url is ''; it must be the witness' submission prefix, such as https://witness.example/.",
                "Log:Witnesses:1:Key is no verifier key: The key id of witness.example/w1 is 00000000, but its key has a1b3bffe: a part was mistyped or exchanged.",
                "Log:Witnesses:1:Url is 'http://witness.example/'; off this machine a witness is asked over https.",
                "Log:Witnesses:2:Url is 'ftp://witness.example'; it must be the witness' submission prefix, such as https://witness.example/.",
                "Log:Witnesses:3:Key has the name or the key of an earlier witness; each is given once.",
                "Log:Witnesses:3:Url is 'https://user@witness.example/'; it must have no user, query or fragment.",
                "Log:Witnesses:4:Key makes no cosignatures: a witness' key has type 0x04. Ask its operator for the right one.",
                "Log:Witnesses:4:Url is 'https://witness.example/?x=1'; it must have no user, query or fragment.",
            ],
            errors);
    }

    private static AuditOptions With(params (string Key, string Url)[] witnesses)
    {
        var options = new AuditOptions { Origin = "access.example.com/log" };
        foreach (var (key, url) in witnesses)
            options.Witnesses.Add(new WitnessOptions { Key = key, Url = url });
        return options;
    }

    private static IReadOnlyList<string> Errors(AuditOptions options) => [.. new AuditValidation().Validate(null, options).Failures ?? []];
}
