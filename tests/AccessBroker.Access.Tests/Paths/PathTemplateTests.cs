namespace AccessBroker.Access.Tests.Paths;

public sealed class PathTemplateTests
{
    [Theory]
    [InlineData("/orgs/{tenant}/tickets/{id}", "/orgs/acme/tickets/7", PathMatch.Exact, "acme")]
    [InlineData("/orgs/{tenant}/tickets/{id}", "/orgs/acme/tickets", PathMatch.None, null)]
    [InlineData("/orgs/{tenant}/tickets/{id}", "/orgs/acme/tickets/7/x", PathMatch.None, null)]
    [InlineData("/orgs/{tenant}/tickets/{id}", "/orgs/acme/tickets/", PathMatch.None, null)]
    [InlineData("/orgs/{tenant}/tickets/{id}", "/orgs/acme/tickets/7/", PathMatch.Loose, "acme")]
    [InlineData("/orgs/{tenant}/tickets/{id}", "/orgs/acme/Tickets/7", PathMatch.Loose, "acme")]
    [InlineData("/orgs/{tenant}", "/orgs/acme", PathMatch.Exact, "acme")]
    [InlineData("/orgs/{tenant}", "/orgs/acme/", PathMatch.Loose, "acme")]
    [InlineData("/orgs/{tenant}/", "/orgs/acme/", PathMatch.Exact, "acme")]
    [InlineData("/orgs/{tenant}/", "/orgs/acme", PathMatch.Loose, "acme")]
    [InlineData("/orgs/{tenant}/**", "/orgs/acme", PathMatch.Exact, "acme")]
    [InlineData("/orgs/{tenant}/**", "/orgs/acme/", PathMatch.Exact, "acme")]
    [InlineData("/orgs/{tenant}/**", "/orgs/acme/a/b/c/", PathMatch.Exact, "acme")]
    [InlineData("/orgs/{tenant}/**", "/orgs", PathMatch.None, null)]
    [InlineData("/orgs/{tenant}/**", "/orgs/", PathMatch.None, null)]
    [InlineData("/**", "/", PathMatch.Exact, null)]
    [InlineData("/**", "/a/b", PathMatch.Exact, null)]
    [InlineData("/", "/", PathMatch.Exact, null)]
    [InlineData("/", "/a", PathMatch.None, null)]
    [InlineData("/{tenant}/**", "/", PathMatch.None, null)]
    [InlineData("/a b", "/a%20b", PathMatch.Exact, null)]
    public void Match_Path_AsTheTemplateSays(string template, string target, PathMatch expected, string? tenant)
    {
        Assert.True(RequestPath.TryParse(target, out var path, out _));
        Assert.Equal(expected, PathTemplate.Parse(template).Match(path!, out var named));
        Assert.Equal(tenant, expected == PathMatch.None ? null : named);
    }

    [Theory]
    [InlineData("/tickets/stream", "/tickets/{id}")]
    [InlineData("/tickets/{tenant}", "/tickets/{id}")]
    [InlineData("/tickets/{id}", "/tickets/**")]
    [InlineData("/tickets/{id}", "/**")]
    [InlineData("/tickets/{id}", "/tickets/{id}/**")]
    [InlineData("/tickets/{id}/**", "/tickets/**")]
    [InlineData("/tickets/stream", "/{kind}/stream")]
    public void BySpecificity_MoreSpecific_ComesFirst(string first, string second)
    {
        Assert.True(PathTemplate.BySpecificity(PathTemplate.Parse(first), PathTemplate.Parse(second)) < 0);
        Assert.True(PathTemplate.BySpecificity(PathTemplate.Parse(second), PathTemplate.Parse(first)) > 0);
    }

    [Theory]
    [InlineData("")]
    [InlineData("orgs")]
    [InlineData("/orgs//x")]
    [InlineData("/orgs/**/x")]
    [InlineData("/orgs/x*")]
    [InlineData("/orgs/{")]
    [InlineData("/orgs/{}")]
    [InlineData("/orgs/{id}.json")]
    [InlineData("/orgs/../x")]
    [InlineData("/orgs/a;b")]
    [InlineData("/{tenant}/{tenant}")]
    [InlineData("/orgs/a%20b")]
    [InlineData("/orgs//**")]
    public void TryParse_Malformed_SaysWhatIsWrong(string text)
    {
        Assert.False(PathTemplate.TryParse(text, out _, out var error));
        Assert.Contains("path template", error, StringComparison.Ordinal);
    }
}
