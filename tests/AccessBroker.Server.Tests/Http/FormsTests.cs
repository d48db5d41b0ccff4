using System.Net;
using System.Text;
using AccessBroker.Server.Tests.Api;
using AccessBroker.Testing;

namespace AccessBroker.Server.Tests.Http;

/// <summary>Forms that no page of ours would send: a clear 400, never a failure of the broker.</summary>
public sealed class FormsTests(DemoServer demo)
{
    private const string UrlEncoded = "application/x-www-form-urlencoded";

    private static readonly string[] Addresses = ["/demo/personas", "/signout", "/connect/token"];

    [Theory]
    [InlineData(UrlEncoded, "a=%00")]
    [InlineData(UrlEncoded + "; charset=utf-7", "a=1")]
    [InlineData("multipart/form-data", "x")]
    [InlineData("multipart/form-data; boundary=a", "garbage")]
    [InlineData("multipart/form-data; boundary=a", "--a\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\ncut off")]
    public async Task Form_Malformed_Is400(string contentType, string body)
    {
        foreach (var address in Addresses)
            await RefusedAsync(address, contentType, body, HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Form_WithThousandsOfFields_Is400()
    {
        var body = string.Join('&', Enumerable.Range(0, 5000).Select(i => $"field{i}=1"));
        foreach (var address in Addresses)
            await RefusedAsync(address, UrlEncoded, body, HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Form_LargerThanAnyOfOurs_Is413() =>
        await RefusedAsync("/demo/personas", UrlEncoded, "a=" + new string('a', 300 * 1024), HttpStatusCode.RequestEntityTooLarge);

    [Theory]
    [InlineData("application/json", "{}")]
    [InlineData("text/plain", "version=1")]
    public async Task Page_PostedSomethingElseThanAForm_Is400(string contentType, string body)
    {
        using var dana = await demo.Broker.InBrowser("dana");
        var token = (await dana.GetAsync("/e/new")).Form("/signout").Hidden.Single(f => f.Key == "__RequestVerificationToken").Value;
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(demo.Broker.Address, "/e/new")) { Content = Content(contentType, body) };
        request.Headers.Add("RequestVerificationToken", token);

        Assert.Equal(HttpStatusCode.BadRequest, (await dana.SendAsync(request)).Status);
    }

    [Fact]
    public async Task AccessToken_InTheAddress_IsNotRead()
    {
        var token = await new PersonaSignIn(demo.Broker.Address).TokenAsync("dana");

        await demo.Broker.Anonymous().GetForProblemAsync("/api/v1/me?access_token=" + token, HttpStatusCode.Unauthorized);
    }

    private async Task RefusedAsync(string address, string contentType, string body, HttpStatusCode expected)
    {
        using var response = await demo.Broker.Anonymous().PostAsync(address, Content(contentType, body));
        await ApiClient.ProblemAsync(response, expected);
    }

    private static ByteArrayContent Content(string contentType, string body)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        return content;
    }
}
