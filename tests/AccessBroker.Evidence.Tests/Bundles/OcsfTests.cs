using System.Text;
using System.Text.Json;

namespace AccessBroker.Evidence.Tests;

/// <summary>Which entry is which OCSF event.</summary>
public class OcsfTests
{
    [Theory]
    [InlineData("http.intent", "GET", 6003, 2)]
    [InlineData("http.intent", "POST", 6003, 1)]
    [InlineData("http.intent", "PATCH", 6003, 3)]
    [InlineData("http.intent", "DELETE", 6003, 4)]
    [InlineData("http.intent", "PROPFIND", 6003, 99)]
    [InlineData("http.denied", "GET", 6003, 2)]
    [InlineData("http.outcome", null, 6003, 99)]
    [InlineData("grant.created", null, 3004, 1)]
    [InlineData("grant.revoked", null, 3004, 11)]
    [InlineData("review.approved", null, 3004, 10)]
    [InlineData("audit.exported", null, 3004, 2)]
    [InlineData("admin.erasure.confirmed", null, 3004, 10)]
    [InlineData("auth.signed-in", null, 3002, 1)]
    [InlineData("alert.outcome_late", null, 2004, 1)]
    [InlineData("something.new", null, 0, 99)]
    public void Line_OfEachKind_HasItsClassAndActivity(string kind, string? method, int type, int activity)
    {
        var ocsf = Line(EntryClass.Event, new BodyWriter().Add("kind", kind).Add("actor", "a").Add("tenant", "acme").Add("method", method));

        Assert.Equal((type, activity, (type * 100) + activity), (Number(ocsf, "class_uid"), Number(ocsf, "activity_id"), Number(ocsf, "type_uid")));
        Assert.Equal(42, ocsf.GetProperty("unmapped").GetProperty("idx").GetInt32());
    }

    [Theory]
    [InlineData(200, 1)]
    [InlineData(404, 2)]
    [InlineData(null, 0)]
    public void Line_OfAnOutcome_SaysWhetherItSucceeded(int? status, int expected)
    {
        var body = new BodyWriter().Add("kind", "http.outcome").Add("actor", "a").Add("tenant", "acme");
        if (status is { } code)
            body.Add("status", code);

        Assert.Equal(expected, Number(Line(EntryClass.Outcome, body), "status_id"));
    }

    [Theory]
    [InlineData(EntryClass.Heads, BodyState.Present)]
    [InlineData(EntryClass.Erase, BodyState.Present)]
    [InlineData(EntryClass.Event, BodyState.Erased)]
    [InlineData(EntryClass.Event, BodyState.Withheld)]
    public void NoLine_ForTheLogsOwnEntriesAndForBodiesThatAreNotThere(EntryClass type, BodyState state) =>
        Assert.Empty(Write(type, state, """{"kind":"k"}"""u8.ToArray()));

    [Fact]
    public void Line_WhatPeopleTyped_StaysOneLineOfJson()
    {
        var ocsf = Line(EntryClass.Event, new BodyWriter().Add("kind", "request.created").Add("actor", "a").Add("tenant", "acme").Add("reason", "two\nlines, \"quoted\" \u2028 and ümläuts"));

        Assert.Equal("two\nlines, \"quoted\" \u2028 and ümläuts", ocsf.GetProperty("status_detail").GetString());
    }

    private static JsonElement Line(EntryClass type, BodyWriter body)
    {
        var text = Encoding.UTF8.GetString(Write(type, BodyState.Present, body.ToBytes()));
        Assert.EndsWith("}\n", text, StringComparison.Ordinal);
        Assert.Equal(1, text.Count(c => c == '\n'));
        return JsonDocument.Parse(text).RootElement;
    }

    private static byte[] Write(EntryClass type, BodyState state, byte[] body)
    {
        using var output = new MemoryStream();
        var header = new EntryHeader(1_795_000_000_123_456, type, 7, Guid.Empty, Guid.Empty, default, default, default, 1, 1);
        new OcsfFile(output).Write(42, Hash32.OfLeaf(header.ToArray()), header, state, body);
        return output.ToArray();
    }

    private static int Number(JsonElement ocsf, string name) => ocsf.GetProperty(name).GetInt32();
}
