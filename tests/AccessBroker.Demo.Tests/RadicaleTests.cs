using System.Net;

namespace AccessBroker.Demo.Tests;

public sealed class RadicaleTests(RadicaleProcess radicale) : IClassFixture<RadicaleProcess>
{
    private const string AllEvents =
        """
        <C:calendar-query xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">
          <D:prop><C:calendar-data/></D:prop>
          <C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT"/></C:comp-filter></C:filter>
        </C:calendar-query>
        """;

    [Fact]
    public async Task Propfind_OfACustomer_ListsTheirCalendarAlone()
    {
        using var answer = await radicale.SendAsync("PROPFIND", "/acme/", "", depth: "1");
        var body = await answer.Content.ReadAsStringAsync();

        Assert.Equal(HttpStatusCode.MultiStatus, answer.StatusCode);
        Assert.Contains("<href>/acme/support/</href>", body, StringComparison.Ordinal);
        Assert.Contains("Acme support", body, StringComparison.Ordinal);
        Assert.DoesNotContain("globex", body, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("/acme/support/", "Printer 07 in warehouse 2", 3)]
    [InlineData("/globex/support/", "Technician for freezer 3", 2)]
    public async Task Report_OfACalendar_AnswersItsEvents(string calendar, string summary, int events)
    {
        using var answer = await radicale.SendAsync("REPORT", calendar, AllEvents, depth: "1");
        var body = await answer.Content.ReadAsStringAsync();

        Assert.Equal(HttpStatusCode.MultiStatus, answer.StatusCode);
        Assert.Contains(summary, body, StringComparison.Ordinal);
        Assert.Equal(events, body.Split("BEGIN:VEVENT").Length - 1);
    }

    /// <summary>RFC 4791 section 7.9: a multiget names resources in its body, where a gateway that reads only paths does not see them.</summary>
    [Fact]
    public async Task Report_NamingAnotherCustomersEvent_DoesNotAnswerIt()
    {
        using var answer = await radicale.SendAsync(
            "REPORT", "/acme/support/",
            """
            <C:calendar-multiget xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">
              <D:prop><C:calendar-data/></D:prop>
              <D:href>/globex/support/audit-answer.ics</D:href>
              <D:href>/acme/support/../../globex/support/audit-answer.ics</D:href>
            </C:calendar-multiget>
            """);

        Assert.DoesNotContain("VEVENT", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/acme/", false, HttpStatusCode.Unauthorized)]
    [InlineData("/", true, HttpStatusCode.Forbidden)]
    [InlineData("/initech/", true, HttpStatusCode.Forbidden)]
    public async Task Propfind_WithoutRight_IsRefused(string path, bool withCredential, HttpStatusCode status)
    {
        using var answer = await radicale.SendAsync("PROPFIND", path, "", "0", withCredential);

        Assert.Equal(status, answer.StatusCode);
    }
}
