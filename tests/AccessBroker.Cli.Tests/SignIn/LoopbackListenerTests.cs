using System.Net;

namespace AccessBroker.Cli.Tests;

public sealed class LoopbackListenerTests
{
    [Fact]
    public async Task Receive_BrowserAsksForItsIconFirst_WaitsForTheCallback()
    {
        using var listener = new LoopbackListener();
        using var http = HttpClients.Create(TimeSpan.FromSeconds(10));
        var receiving = listener.ReceiveAsync(TestContext.Current.CancellationToken);

        using var icon = await http.GetAsync(new Uri(new Uri(listener.RedirectUri), "/favicon.ico"));
        using var page = await http.GetAsync(new Uri(listener.RedirectUri + "?code=a%2Fb&state=x+y"));
        var parameters = await receiving;

        Assert.Equal(HttpStatusCode.NotFound, icon.StatusCode);
        Assert.Contains("You are signed in", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal("a/b", parameters["code"]);
        Assert.Equal("x y", parameters["state"]);
    }

    [Fact]
    public void RedirectUri_IsThisMachineOnly()
    {
        using var listener = new LoopbackListener();
        Assert.Matches("^http://127\\.0\\.0\\.1:[0-9]+/callback$", listener.RedirectUri);
    }
}
