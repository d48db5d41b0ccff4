namespace AccessBroker.Cli.Tests;

public sealed class CookieJarTests
{
    private static readonly Uri Localhost = new("http://localhost:8480/x");

    [Fact]
    public void For_SecureCookieOnLocalhost_IsKeptAsBrowsersDo()
    {
        var jar = new CookieJar();
        jar.Keep(Localhost, Answer("__Host-a=1; path=/; secure; httponly", "b=2=3; path=/"));
        Assert.Equal("__Host-a=1; b=2=3", jar.For(Localhost));
    }

    [Fact]
    public void For_OtherHostOrPort_GetsNothing()
    {
        var jar = new CookieJar();
        jar.Keep(Localhost, Answer("a=1"));
        Assert.Null(jar.For(new Uri("http://acme--helpdesk.localhost:8480/")));
        Assert.Null(jar.For(new Uri("http://localhost:8481/")));
    }

    [Fact]
    public void For_CookieTakenBack_IsGone()
    {
        var jar = new CookieJar();
        jar.Keep(Localhost, Answer("a=1"));
        jar.Keep(Localhost, Answer("a=; expires=Thu, 01 Jan 1970 00:00:00 GMT; path=/"));
        Assert.Null(jar.For(Localhost));
    }

    private static HttpResponseMessage Answer(params string[] cookies)
    {
        var response = new HttpResponseMessage();
        foreach (var cookie in cookies) response.Headers.Add("Set-Cookie", cookie);
        return response;
    }
}
