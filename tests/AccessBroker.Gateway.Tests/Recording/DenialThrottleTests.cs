using System.Net;

namespace AccessBroker.Gateway.Tests.Recording;

public sealed class DenialThrottleTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);
    private readonly DenialThrottle _throttle = new(10);

    [Fact]
    public void Close_MoreThanTenAMinute_CountsTheRest()
    {
        var recorded = Enumerable.Range(0, 25).Count(_ => _throttle.MayRecord("acme", IPAddress.Parse("192.0.2.1"), Noon));
        Assert.Equal(10, recorded);
        Assert.Empty(_throttle.Close(Noon.AddSeconds(59)));
        var counted = Assert.Single(_throttle.Close(Noon.AddSeconds(60)));
        Assert.Equal(("acme", "192.0.2.1", 15L), (counted.Trail, counted.Address, counted.Count));
        Assert.True(_throttle.MayRecord("acme", IPAddress.Parse("192.0.2.1"), Noon.AddSeconds(61)));
    }

    [Fact]
    public void Close_TenOrFewer_AddsNothing()
    {
        for (var i = 0; i < 10; i++)
            Assert.True(_throttle.MayRecord("acme", IPAddress.Loopback, Noon));
        Assert.Empty(_throttle.Close(Noon.AddHours(1)));
    }

    [Fact]
    public void MayRecord_OtherAddressOrCustomer_HasItsOwnTen()
    {
        for (var i = 0; i < 11; i++)
            _ = _throttle.MayRecord("acme", IPAddress.Parse("192.0.2.1"), Noon);
        Assert.True(_throttle.MayRecord("acme", IPAddress.Parse("192.0.2.2"), Noon));
        Assert.True(_throttle.MayRecord("globex", IPAddress.Parse("192.0.2.1"), Noon));
    }

    [Fact]
    public void MayRecord_SameIpv6Network_CountsTogether()
    {
        var recorded = Enumerable.Range(1, 20).Count(i => _throttle.MayRecord("acme", IPAddress.Parse($"2001:db8::{i:x}"), Noon));
        Assert.Equal(10, recorded);
    }
}
