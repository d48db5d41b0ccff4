using System.Net;
using AccessBroker.Testing;

namespace AccessBroker.Server.Tests.SignIn;

public sealed class PersonaPageTests(DemoServer demo)
{
    private readonly AccessBrokerFactory _broker = demo.Broker;

    [Fact]
    public async Task Page_OfASignIn_ListsEveryPersonAndHidesNoPassword()
    {
        using var browser = new Browser(_broker.Address);

        var page = await browser.GetAsync("/signin");

        foreach (var persona in new[] { "dana", "eve", "priya", "paul", "olga", "alan", "ada" })
            Assert.Contains($"name=\"persona\" value=\"{persona}\"", page.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("password\"", page.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LoginHint_OfAPersona_StillNeedsThePersonsOwnPost()
    {
        using var browser = new Browser(_broker.Address);

        var page = await browser.GetAsync(PersonaSignIn.AuthorizeAddress(PersonaSignIn.Pkce().Challenge, ("login_hint", "dana")));

        Assert.Equal("/demo/personas", page.Address.AbsolutePath);
        Assert.Contains("value=\"dana\" autofocus", page.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("__Host-accessbroker-choice", browser.Cookies.Keys);
    }

    [Fact]
    public async Task Choice_WithoutAntiforgeryCookie_IsRefused()
    {
        using var browser = new Browser(_broker.Address);
        var page = await browser.GetAsync("/signin");
        browser.Cookies.Remove("__Host-accessbroker-antiforgery");

        var refused = await browser.SubmitAsync(page, "/demo/personas", ("persona", "dana"));

        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.DoesNotContain("__Host-accessbroker-choice", browser.Cookies.Keys);
    }

    [Fact]
    public async Task Choice_OfNobodyKnown_IsRefused()
    {
        using var browser = new Browser(_broker.Address);

        var refused = await browser.SubmitAsync(await browser.GetAsync("/signin"), "/demo/personas", ("persona", "mallory"));

        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
    }

    [Theory]
    [InlineData("https://example.com/")]
    [InlineData("//example.com/connect/authorize?")]
    [InlineData("/c")]
    [InlineData("")]
    public async Task Page_ForAnotherAddressThanASignIn_IsRefused(string returnUrl)
    {
        using var browser = new Browser(_broker.Address);

        var page = await browser.GetAsync("/demo/personas?returnUrl=" + Uri.EscapeDataString(returnUrl));

        Assert.Equal(HttpStatusCode.BadRequest, page.Status);
        Assert.DoesNotContain("example.com", page.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Choice_MadeForOneSignIn_DoesNotAnswerAnother()
    {
        using var browser = new Browser(_broker.Address);
        var page = await browser.GetAsync(PersonaSignIn.AuthorizeAddress(PersonaSignIn.Pkce().Challenge));
        var form = page.Form("/demo/personas");
        await browser.SendAsync(new HttpRequestMessage(HttpMethod.Post, new Uri(_broker.Address, form.Action))
        {
            Content = new FormUrlEncodedContent(form.Hidden.Append(KeyValuePair.Create("persona", "dana"))),
        });
        Assert.Contains("__Host-accessbroker-choice", browser.Cookies.Keys);

        var other = await browser.GetAsync(PersonaSignIn.AuthorizeAddress(PersonaSignIn.Pkce().Challenge));

        Assert.Equal("/demo/personas", other.Address.AbsolutePath);
        Assert.DoesNotContain("__Host-accessbroker-choice", browser.Cookies.Keys);
    }
}
