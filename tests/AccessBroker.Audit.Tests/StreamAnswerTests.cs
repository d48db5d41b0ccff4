using System.Net;
using System.Net.Http.Headers;

namespace AccessBroker.Audit.Tests;

/// <summary>What a receiver's answer means: have, have but for some, later, never.</summary>
public class StreamAnswerTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 28, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(new byte[] { }, 0, "")]
    [InlineData(new byte[] { 0x0a, 0x02, 0x08, 0x05 }, 5, "")]
    [InlineData(new byte[] { 0x0a, 0x05, 0x08, 0xac, 0x02, 0x12, 0x00 }, 9, "")] // 300: no more than were sent
    [InlineData(new byte[] { 0x0a, 0x04, 0x12, 0x02, 0x6f, 0x6b }, 0, "ok")] // a warning
    [InlineData(new byte[] { 0x0a, 0x06, 0x12, 0x02, 0x6f, 0x6b, 0x08, 0x01 }, 1, "ok")] // fields in another order
    [InlineData(new byte[] { 0x0a, 0x05, 0x12, 0x03, 0x1b, 0x5b, 0x0a }, 0, " [ ")] // nothing that a terminal obeys
    [InlineData(new byte[] { 0x0a, 0x0b, 0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01 }, 0, "")] // -1
    [InlineData(new byte[] { 0x0a, 0x7f, 0x08 }, 0, "")] // cut off
    [InlineData(new byte[] { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff }, 0, "")]
    public void OfOtlp_PartialSuccess_IsTakenAndCounted(byte[] response, long rejected, string remark)
    {
        var answer = StreamAnswer.OfOtlp(response, records: 9);

        Assert.Equal((null, false, rejected, remark), (answer.Fault, answer.IsRefused, answer.Rejected, answer.Remark));
    }

    [Theory]
    [InlineData(400, true)]
    [InlineData(401, true)]
    [InlineData(404, true)]
    [InlineData(413, true)]
    [InlineData(408, false)]
    [InlineData(425, false)]
    [InlineData(429, false)]
    [InlineData(500, false)]
    [InlineData(503, false)]
    [InlineData(301, false)]
    public void Of_Status_IsRefusedWhereAskingAgainDoesNotHelp(int status, bool refused)
    {
        var answer = StreamAnswer.Of((HttpStatusCode)status, null, Now);

        Assert.Equal(refused, answer.IsRefused);
        Assert.Contains(status.ToString(), answer.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_RetryAfter_IsHowLongItIsLeftAlone()
    {
        Assert.Equal(TimeSpan.FromSeconds(90), StreamAnswer.Of(HttpStatusCode.TooManyRequests, new RetryConditionHeaderValue(TimeSpan.FromSeconds(90)), Now).Pause);
        Assert.Equal(TimeSpan.FromMinutes(2), StreamAnswer.Of(HttpStatusCode.ServiceUnavailable, new RetryConditionHeaderValue(Now.AddMinutes(2)), Now).Pause);
        Assert.Null(StreamAnswer.Of(HttpStatusCode.ServiceUnavailable, null, Now).Pause);
    }

    [Fact]
    public void OfOtlp_LongMessage_IsCut() =>
        Assert.Equal(501, StreamAnswer.OfOtlp([0x0a, 0xeb, 0x07, 0x12, 0xe8, 0x07, .. Enumerable.Repeat((byte)'x', 1000)], 1).Remark.Length);
}
