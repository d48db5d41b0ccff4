using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace AccessBroker.Demo.Tests;

public sealed class HelpdeskTests(HelpdeskProcess helpdesk)
{
    [Theory]
    [InlineData(null)]
    [InlineData("Bearer wrong")]
    [InlineData("Bearer ")]
    [InlineData("Basic " + HelpdeskProcess.Credential)]
    public async Task Request_WithoutTheCredential_Is401Problem(string? authorization)
    {
        using var client = helpdesk.WithoutCredential();
        if (authorization is not null)
            client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", authorization);

        using var answer = await client.GetAsync("/orgs/acme/tickets/48213");

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.DoesNotContain("48213", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tickets_OfOneCustomer_AreOnlyTheirs()
    {
        var acme = await helpdesk.Client.GetFromJsonAsync<JsonElement>("/orgs/acme/tickets?page=2");
        var globex = await helpdesk.Client.GetFromJsonAsync<JsonElement>("/orgs/globex/tickets");

        Assert.Equal(12, acme.GetProperty("total").GetInt32());
        Assert.All(acme.GetProperty("items").EnumerateArray(), ticket => Assert.Equal("acme", ticket.GetProperty("org").GetString()));
        Assert.All(globex.GetProperty("items").EnumerateArray(), ticket => Assert.Equal("globex", ticket.GetProperty("org").GetString()));
    }

    [Fact]
    public async Task Tickets_SearchedByOrderNumber_FindsTheTicketAboutIt()
    {
        var found = await helpdesk.Client.GetFromJsonAsync<JsonElement>("/orgs/acme/tickets?q=order%20881");

        Assert.Contains(found.GetProperty("items").EnumerateArray(), ticket => ticket.GetProperty("id").GetInt64() == 48213);
    }

    [Theory]
    [InlineData("/orgs/globex/tickets/48213", 404)]
    [InlineData("/orgs/globex/orders/881", 404)]
    [InlineData("/orgs/globex/attachments/5001", 404)]
    [InlineData("/orgs/initech/tickets", 404)]
    [InlineData("/orgs/ACME/tickets", 404)]
    [InlineData("/orgs/acme/invoices", 404)]
    [InlineData("/orgs/acme/tickets?status=lost", 400)]
    [InlineData("/orgs/acme/tickets?page=0", 400)]
    [InlineData("/orgs/acme/orders?page=x", 400)]
    [InlineData("/orgs/acme/chat", 426)]
    public async Task Request_ThatCannotBeServed_IsAProblemThatSaysWhy(string path, int status)
    {
        using var answer = await helpdesk.Client.GetAsync(path);

        Assert.Equal(status, (int)answer.StatusCode);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.StartsWith("urn:helpdesk:", problem.GetProperty("type").GetString(), StringComparison.Ordinal);
        Assert.NotEmpty(problem.GetProperty("detail").GetString()!);
    }

    [Fact]
    public async Task Reply_WithAssertion_StandsOnTheTicketUnderTheEngineersName()
    {
        using var reply = new HttpRequestMessage(HttpMethod.Post, "/orgs/acme/tickets/48176/comments");
        reply.Content = JsonContent.Create(new { text = "The earlier slot is yours from tonight." });
        reply.Headers.Add("AccessBroker-Assertion", AssertionNaming("Dana Ruiz"));

        using var answer = await helpdesk.Client.SendAsync(reply);

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        var comments = await helpdesk.Client.GetFromJsonAsync<JsonElement>("/orgs/acme/tickets/48176/comments");
        var last = comments.EnumerateArray().Last();
        Assert.Equal("Dana Ruiz", last.GetProperty("author").GetString());
        Assert.Equal("The earlier slot is yours from tonight.", last.GetProperty("text").GetString());
    }

    [Theory]
    [InlineData("{\"text\":\"   \"}", "application/json", 400)]
    [InlineData("{\"text\":", "application/json", 400)]
    [InlineData("null", "application/json", 400)]
    [InlineData("text=hello", "application/x-www-form-urlencoded", 415)]
    public async Task Reply_WithABodyThatIsNone_IsRefused(string body, string type, int status)
    {
        using var content = new StringContent(body, Encoding.UTF8, type);
        using var answer = await helpdesk.Client.PostAsync("/orgs/acme/tickets/48190/comments", content);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Status_Changed_IsFoundUnderTheNewOne()
    {
        using var answer = await helpdesk.Client.PatchAsJsonAsync("/orgs/globex/tickets/48195", new { status = "waiting" });

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var waiting = await helpdesk.Client.GetFromJsonAsync<JsonElement>("/orgs/globex/tickets?status=waiting");
        Assert.Contains(waiting.GetProperty("items").EnumerateArray(), ticket => ticket.GetProperty("id").GetInt64() == 48195);
    }

    [Fact]
    public async Task Attachment_OfSeveralMegabytes_HasTheSameBytesOnEveryMachine()
    {
        var bytes = await helpdesk.Client.GetByteArrayAsync("/orgs/acme/attachments/5001");

        Assert.Equal(5_926_272, bytes.Length);
        Assert.Equal("013e9714fe9ffee2481ed8ca4d81fe642f7bb838878c6f853134c971b5052fb5", Convert.ToHexStringLower(SHA256.HashData(bytes)));
    }

    [Fact]
    public async Task Attachment_AskedForARange_SendsThatPart()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/orgs/acme/attachments/5002");
        request.Headers.Range = new RangeHeaderValue(1, 3);

        using var answer = await helpdesk.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.PartialContent, answer.StatusCode);
        Assert.Equal("PNG", await answer.Content.ReadAsStringAsync());
        Assert.Equal(51_433, answer.Content.Headers.ContentRange?.Length);
    }

    [Fact]
    public async Task AccessLog_AnnouncedRequest_NamesEntryEngineerAndBytes()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/orgs/acme/orders/874?x=%20");
        request.Headers.Add("AccessBroker-Entry", "0190c5b0-0000-7000-8000-000000000001");
        request.Headers.Add("AccessBroker-Assertion", AssertionNaming("Dana Ruiz"));
        using var answer = await helpdesk.Client.SendAsync(request);

        var line = Assert.Single(await helpdesk.AccessLogAsync("/orgs/acme/orders/874"));

        Assert.Equal("GET", line.GetProperty("method").GetString());
        Assert.Equal("?x=%20", line.GetProperty("query").GetString());
        Assert.Equal(200, line.GetProperty("status").GetInt32());
        Assert.Equal(answer.Content.Headers.ContentLength ?? (await answer.Content.ReadAsByteArrayAsync()).Length, line.GetProperty("bytes").GetInt64());
        Assert.Equal("0190c5b0-0000-7000-8000-000000000001", line.GetProperty("entry").GetString());
        Assert.Equal("Dana Ruiz", line.GetProperty("engineer").GetString());
    }

    [Fact]
    public async Task AccessLog_RequestPastTheGateway_HasALineWithoutEntry()
    {
        using var client = helpdesk.WithoutCredential();
        await client.GetAsync("/orgs/acme/orders/852");

        var line = Assert.Single(await helpdesk.AccessLogAsync("/orgs/acme/orders/852"));

        Assert.Equal(401, line.GetProperty("status").GetInt32());
        Assert.Equal(JsonValueKind.Null, line.GetProperty("entry").ValueKind);
    }

    [Fact]
    public async Task Start_WithWrongOptions_NamesEachAndExitsWith2()
    {
        using var process = HelpdeskProcess.Start("--urls", "http://127.0.0.1:1", "--port", "1", "--credential-file", "/nowhere");
        var said = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.Equal(2, process.ExitCode);
        Assert.Contains("'--port' is not an option.", said, StringComparison.Ordinal);
        Assert.Contains("--data is missing.", said, StringComparison.Ordinal);
        Assert.Contains("'/nowhere' does not exist", said, StringComparison.Ordinal);
    }

    private static string AssertionNaming(string engineer) =>
        $"e30.{Convert.ToBase64String(JsonSerializer.SerializeToUtf8Bytes(new { name = engineer })).TrimEnd('=').Replace('+', '-').Replace('/', '_')}.c2ln";
}
