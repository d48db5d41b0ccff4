namespace AccessBroker.Access.Tests.Paths;

public sealed class RequestQueryTests
{
    [Theory]
    [InlineData("/x?a=1&a=2")]
    [InlineData("/x?a=1&A=2")]
    [InlineData("/x?a=1&%61=2")]
    [InlineData("/x?a=1;b=2")]
    [InlineData("/x?=1")]
    [InlineData("/x?a=1&&b=2")]
    [InlineData("/x?a=1&")]
    [InlineData("/x?&a=1")]
    [InlineData("/x?a%00=1")]
    [InlineData("/x?a=%00")]
    [InlineData("/x?a%26b=1")]
    [InlineData("/x?a%3db=1")]
    [InlineData("/x?%2561=1")]
    [InlineData("/x?a=%zz")]
    [InlineData("/x?a=%")]
    [InlineData("/x?a=%c0%af")]
    [InlineData("/x?a=1 2")]
    [InlineData("/x?a=é")]
    [InlineData("/x?a=1#b")]
    [InlineData("/x?a=1\t")]
    [InlineData("/x?a%0d%0a=1")]
    [InlineData("/x?a\\=1")]
    public void TryParse_AmbiguousQuery_IsRefusedWithAReason(string target)
    {
        Assert.False(RequestQuery.TryParse(target, out _, out var why));
        Assert.EndsWith(".", why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/x", "", "")]
    [InlineData("/x?", "?", "")]
    [InlineData("/x?a", "?a", "a")]
    [InlineData("/x?a=", "?a=", "a")]
    [InlineData("/x?a=1&b=2%20x+y", "?a=1&b=2%20x+y", "a|b")]
    [InlineData("/x?a=b=c?d/e", "?a=b=c?d/e", "a")]
    [InlineData("/x?caf%C3%A9=1", "?caf%C3%A9=1", "café")]
    public void TryParse_PlainQuery_KeepsItAsReceived(string target, string raw, string names)
    {
        Assert.True(RequestQuery.TryParse(target, out var query, out _));
        Assert.Equal(raw, query.Raw);
        Assert.Equal(names, string.Join('|', query.Names));
    }

    [Theory]
    [InlineData("/x?q=open&token=s3cret", "?q=open&token=*")]
    [InlineData("/x?token=s3cret&q=open", "?token=*&q=open")]
    [InlineData("/x?%74oken=s3cret", "?%74oken=*")]
    [InlineData("/x?TOKEN=s3cret", "?TOKEN=*")]
    [InlineData("/x?token", "?token=*")]
    [InlineData("/x?q=token", "?q=token")]
    [InlineData("/x", "")]
    public void WithoutValuesOf_SecretParameter_HidesItsValue(string target, string logged)
    {
        Assert.True(RequestQuery.TryParse(target, out var query, out _));
        Assert.Equal(logged, query.WithoutValuesOf(["token"]));
    }
}
