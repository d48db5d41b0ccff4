namespace AccessBroker.Gateway.Tests.Forwarding;

public sealed class CookiesTests
{
    [Theory]
    [InlineData("a=1; b=2", "a=1; b=2")]
    [InlineData("__Host-accessbroker=x", null)]
    [InlineData("a=1; __Host-accessbroker=x; b=2", "a=1; b=2")]
    [InlineData("__Host-accessbroker", null)]
    [InlineData("__Host-accessbroker=x;__Host-accessbroker=y;a=1", "a=1")]
    [InlineData("__Host-accessbroker2=x", "__Host-accessbroker2=x")]
    public void ForUpstream_OwnCookie_IsTakenOut(string header, string? passed) => Assert.Equal(passed, Cookies.ForUpstream(header));

    [Theory]
    [InlineData("a=1; Path=/", "a=1; Path=/")]
    [InlineData("a=1; Domain=.example.com; Path=/", "a=1; Path=/")]
    [InlineData("a=1;domain = example.com", "a=1")]
    [InlineData("a=1; DOMAIN; Secure", "a=1; Secure")]
    [InlineData("domain=1; Path=/", "domain=1; Path=/")]
    [InlineData("a=1; DomainX=2", "a=1; DomainX=2")]
    [InlineData("__Host-accessbroker=x; Path=/; Secure", null)]
    [InlineData(" __host-accessbroker =x", null)]
    public void ForClient_UpstreamsCookie_StaysOnThisHost(string setCookie, string? passed) => Assert.Equal(passed, Cookies.ForClient(setCookie));

    [Theory]
    [InlineData("http://up:1/x?y#z", "https://g/x?y#z")]
    [InlineData("http://up:1", "https://g")]
    [InlineData("HTTP://UP:1/x", "https://g/x")]
    [InlineData("http://up:10/x", "http://up:10/x")]
    [InlineData("http://up:1.evil.example/", "http://up:1.evil.example/")]
    [InlineData("http://up:1@evil.example/", "http://up:1@evil.example/")]
    [InlineData("/x", "/x")]
    [InlineData("//up:1/x", "//up:1/x")]
    public void Rewrite_UpstreamsAddress_BecomesTheGateways(string address, string expected) =>
        Assert.Equal(expected, ResponseHeaderRules.Rewrite(address, "http://up:1", "https://g"));
}
