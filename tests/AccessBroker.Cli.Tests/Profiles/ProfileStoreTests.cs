namespace AccessBroker.Cli.Tests;

public sealed class ProfileStoreTests
{
    private static readonly Profile Dana = new(
        new Uri("http://localhost:8480"), new Uri("http://localhost:8480/connect/token"), null, "accessbroker-cli", "secret", "again",
        new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), new Dictionary<Guid, Contracts.SessionToken>());

    [Fact]
    public void Write_ThenRead_IsTheSameAndOnlyTheOwnersToRead()
    {
        using var host = new TestHost();
        var store = ProfileStore.Open(host.Host, "dana");

        store.Write(Dana);
        store.Write(Dana with { AccessToken = "newer" });

        Assert.Equal("newer", store.Read()!.AccessToken);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(store.Path));
    }

    [Fact]
    public void Open_ProfileFromEnvironment_KeepsPeopleApart()
    {
        using var host = new TestHost();
        ProfileStore.Open(host.With("ACCESSBROKER_PROFILE", "dana").Host, null).Write(Dana);

        Assert.NotNull(ProfileStore.Open(host.Host, "dana").Read());
        Assert.Null(ProfileStore.Open(host.Host, "priya").Read());
    }

    [Theory]
    [InlineData("../dana"), InlineData(""), InlineData("a b")]
    public void Open_NameThatIsNoFileName_IsUsage(string name)
    {
        using var host = new TestHost();
        Assert.Equal(64, Assert.Throws<CliException>(() => ProfileStore.Open(host.Host, name)).ExitCode);
    }

    [Fact]
    public async Task Lock_HeldElsewhere_IsWaitedFor()
    {
        using var host = new TestHost();
        var store = ProfileStore.Open(host.Host, "dana");
        var first = await store.LockAsync(TestContext.Current.CancellationToken);

        var second = store.LockAsync(TestContext.Current.CancellationToken);
        await Task.Delay(120, TestContext.Current.CancellationToken);
        Assert.False(second.IsCompleted);
        first.Dispose();

        using var held = await second.WaitAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);
        Assert.NotNull(held);
    }

    [Fact]
    public async Task Run_SignedInAtAnotherServer_DoesNotSendTheTokenThere()
    {
        using var host = new TestHost();
        ProfileStore.Open(host.Host, "default").Write(Dana);

        Assert.Equal(4, await host.RunAsync("whoami", "--server", "https://elsewhere.example"));
        Assert.Contains("other-server", host.Error, StringComparison.Ordinal);
    }
}
