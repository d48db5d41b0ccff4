namespace AccessBroker.TransparencyLog.Tests.Notes;

public sealed class CheckpointTests
{
    private const string Root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=";

    [Theory]
    [InlineData("example.com/behind-the-sofa\n20852163\n" + Root + "\n", 20852163ul)]
    [InlineData("an origin + with anything\n0\n" + Root + "\n", 0ul)]
    [InlineData("o\n18446744073709551615\n" + Root + "\nextension one\nextension two\n", ulong.MaxValue)]
    public void Parse_GoodCheckpoint_RoundTrips(string text, ulong size)
    {
        var checkpoint = Checkpoint.Parse(text);
        Assert.Equal(size, checkpoint.Size);
        Assert.Equal(text, checkpoint.ToText());
        Assert.Equal(text.Count(c => c == '\n') - 3, checkpoint.Extensions.Count);
        Assert.Equal(checkpoint, Checkpoint.Parse(text));
        Assert.NotEqual(checkpoint, checkpoint with { Size = 1 });
    }

    [Theory]
    [InlineData("", "three lines")]
    [InlineData("o\n1\n", "three lines")]
    [InlineData("o\n1\n" + Root, "three lines")]
    [InlineData("o\n1\n" + Root + "\next", "three lines")]
    [InlineData("\n1\n" + Root + "\n", "empty")]
    [InlineData("o\n1\n" + Root + "\n\n", "empty")]
    [InlineData("o\n1\n" + Root + "\n\next\n", "empty")]
    [InlineData("o\r\n1\r\n" + Root + "\r\n", "control character")]
    [InlineData("o\n01\n" + Root + "\n", "size")]
    [InlineData("o\n00\n" + Root + "\n", "size")]
    [InlineData("o\n+1\n" + Root + "\n", "size")]
    [InlineData("o\n-1\n" + Root + "\n", "size")]
    [InlineData("o\n 1\n" + Root + "\n", "size")]
    [InlineData("o\n1 \n" + Root + "\n", "size")]
    [InlineData("o\n1,000\n" + Root + "\n", "size")]
    [InlineData("o\n0x1\n" + Root + "\n", "size")]
    [InlineData("o\n١\n" + Root + "\n", "size")]
    [InlineData("o\n18446744073709551616\n" + Root + "\n", "size")]
    [InlineData("o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I\n", "root")]
    [InlineData("o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2J=\n", "root")]
    [InlineData("o\n1\nCsUYapGGPo4dkMgIAUqom_Xajj7h2fB2MPA3j2jxq2I=\n", "root")]
    [InlineData("o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2 MPA3j2jxq2I=\n", "root")]
    [InlineData("o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxqw==\n", "root")]
    [InlineData("o\n1\nAAAA" + Root + "\n", "root")]
    public void TryParse_BadCheckpoint_SaysWhy(string text, string reason)
    {
        Assert.False(Checkpoint.TryParse(text, out var checkpoint, out var error));
        Assert.Null(checkpoint);
        Assert.Contains(reason, error, StringComparison.Ordinal);
    }

    [Fact]
    public void Constructor_WhatNoTextCanHold_Throws()
    {
        Assert.Throws<ArgumentException>(() => new Checkpoint("", 1, new byte[32]));
        Assert.Throws<ArgumentException>(() => new Checkpoint("a\nb", 1, new byte[32]));
        Assert.Throws<ArgumentException>(() => new Checkpoint("a", 1, new byte[31]));
        Assert.Throws<ArgumentException>(() => new Checkpoint("a", 1, new byte[32]) { Extensions = [""] });
    }
}
