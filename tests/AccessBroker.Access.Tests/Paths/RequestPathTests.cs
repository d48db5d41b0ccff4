using CsCheck;

namespace AccessBroker.Access.Tests.Paths;

public sealed class RequestPathTests
{
    [Theory]
    // Not origin-form.
    [InlineData("")]
    [InlineData("*")]
    [InlineData("orgs/acme")]
    [InlineData("http://acme--helpdesk.localhost:8480/orgs/acme/tickets")]
    [InlineData("HTTP://globex--helpdesk.localhost/orgs/globex")]
    // Dot segments, plain, encoded, mixed.
    [InlineData("/orgs/acme/../globex/tickets")]
    [InlineData("/orgs/acme/./tickets")]
    [InlineData("/..")]
    [InlineData("/.")]
    [InlineData("/orgs/acme/..")]
    [InlineData("/orgs/acme/%2e%2e/globex")]
    [InlineData("/orgs/acme/%2E%2E/globex")]
    [InlineData("/orgs/acme/.%2e/globex")]
    [InlineData("/orgs/acme/%2e./globex")]
    [InlineData("/orgs/acme/%2e/tickets")]
    [InlineData("/orgs/acme/.../tickets")]
    // Encoded separators.
    [InlineData("/orgs/acme%2ftickets")]
    [InlineData("/orgs/acme%2Ftickets")]
    [InlineData("/orgs/acme/..%2fglobex")]
    [InlineData("/orgs/acme%5ctickets")]
    [InlineData("/orgs/acme%5Ctickets")]
    [InlineData("/orgs\\acme")]
    [InlineData("/orgs/acme/..\\globex")]
    [InlineData("/orgs/acme%3ftickets")]
    [InlineData("/orgs/acme%23tickets")]
    // A second layer of encoding.
    [InlineData("/orgs/acme/%252e%252e/globex")]
    [InlineData("/orgs/acme/%25%32%65%25%32%65/globex")]
    [InlineData("/orgs/acme%252ftickets")]
    [InlineData("/orgs/acme/%2541")]
    [InlineData("/orgs/acme/%252541")]
    [InlineData("/orgs/acme/%25u002e")]
    // Broken encoding.
    [InlineData("/orgs/acme/%")]
    [InlineData("/orgs/acme/%2")]
    [InlineData("/orgs/acme/%zz")]
    [InlineData("/orgs/acme/%u002e%u002e")]
    [InlineData("/orgs/acme/% 41")]
    // Control characters, NUL, spaces.
    [InlineData("/orgs/acme/tickets%00")]
    [InlineData("/orgs/acme/tickets%00.png")]
    [InlineData("/orgs/acme/%0d%0aX-Injected:1")]
    [InlineData("/orgs/acme/%0a")]
    [InlineData("/orgs/acme/%09")]
    [InlineData("/orgs/acme/%1b")]
    [InlineData("/orgs/acme/%7f")]
    [InlineData("/orgs/acme/%c2%85")]
    [InlineData("/orgs/acme/tick\tets")]
    [InlineData("/orgs/acme/tick\0ets")]
    [InlineData("/orgs/acme/tick ets")]
    [InlineData("/orgs/acme/tickets%20")]
    [InlineData("/orgs/acme/%20tickets")]
    // Path parameters.
    [InlineData("/orgs/acme/..;/globex")]
    [InlineData("/orgs/acme;x=1/tickets")]
    [InlineData("/orgs/acme/tickets;jsessionid=1")]
    [InlineData("/orgs/acme/tickets%3bx")]
    [InlineData("/orgs/acme/..%3b/globex")]
    // Empty segments.
    [InlineData("//orgs/acme")]
    [InlineData("/orgs//acme")]
    [InlineData("/orgs/acme//")]
    [InlineData("//evil.example/orgs/acme")]
    [InlineData("/orgs/acme///tickets")]
    // UTF-8: overlong slash and dot, truncated, surrogates, beyond Unicode, lone continuation.
    [InlineData("/orgs/acme%c0%aftickets")]
    [InlineData("/orgs/acme/%c0%ae%c0%ae/globex")]
    [InlineData("/orgs/acme/%e0%80%af")]
    [InlineData("/orgs/acme/%f0%80%80%af")]
    [InlineData("/orgs/acme/%c3")]
    [InlineData("/orgs/acme/%ed%a0%80")]
    [InlineData("/orgs/acme/%f4%90%80%80")]
    [InlineData("/orgs/acme/%80")]
    [InlineData("/orgs/acme/%ff")]
    // Look-alikes that compatibility mappings turn into separators.
    [InlineData("/orgs/acme/%ef%bc%8e%ef%bc%8e/globex")]
    [InlineData("/orgs/acme%ef%bc%8ftickets")]
    [InlineData("/orgs/acme%e2%88%95tickets")]
    [InlineData("/orgs/acme%e2%81%84tickets")]
    [InlineData("/orgs/acme/%e2%80%a5/globex")]
    [InlineData("/orgs/acme/%ef%bc%852e")]
    // Characters that must not stand in a path at all.
    [InlineData("/orgs/acmé")]
    [InlineData("/orgs/acme/<script>")]
    [InlineData("/orgs/acme/\"x\"")]
    [InlineData("/orgs/acme/{id}")]
    [InlineData("/orgs/acme/a|b")]
    [InlineData("/orgs/acme/a^b")]
    [InlineData("/orgs/acme/[1]")]
    [InlineData("/orgs/acme#fragment")]
    public void TryParse_AmbiguousTarget_IsRefusedWithAReason(string target)
    {
        Assert.False(RequestPath.TryParse(target, out var path, out var why));
        Assert.Null(path);
        Assert.EndsWith(".", why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/", "/", "")]
    [InlineData("/orgs/acme", "/orgs/acme", "orgs|acme")]
    [InlineData("/orgs/acme/", "/orgs/acme/", "orgs|acme|")]
    [InlineData("/orgs/acme?x=/../y", "/orgs/acme", "orgs|acme")]
    [InlineData("/%6frgs/%61cme", "/orgs/acme", "orgs|acme")]
    [InlineData("/caf%c3%a9", "/caf%C3%A9", "café")]
    [InlineData("/a%20b", "/a%20b", "a b")]
    [InlineData("/user%40example.com", "/user%40example.com", "user@example.com")]
    [InlineData("/a+b", "/a+b", "a+b")]
    [InlineData("/100%25", "/100%25", "100%")]
    [InlineData("/v1.2/a..b", "/v1.2/a..b", "v1.2|a..b")]
    [InlineData("/.well-known", "/.well-known", ".well-known")]
    [InlineData("/a=b,c:d!$&'()*", "/a=b,c:d!$&'()*", "a=b,c:d!$&'()*")]
    [InlineData("/%7euser", "/~user", "~user")]
    public void TryParse_PlainTarget_HasOneNormalForm(string target, string normal, string segments)
    {
        Assert.True(RequestPath.TryParse(target, out var path, out _));
        Assert.Equal(normal, path!.Normal);
        Assert.Equal(segments, string.Join('|', path.Segments));
    }

    /// <summary>Whatever is let through means the same to a reader who parses what is forwarded, and decoding again changes nothing.</summary>
    [Fact]
    public void TryParse_AnyAcceptedTarget_NormalFormIsStable()
    {
        string[] pieces = ["/", "a", "acme", ".", "..", "%2e", "%2f", "%25", "2e", "%41", "%c3%a9", ";", "\\", "%00", "~", "%7E", "//", "+", "?", "%"];
        Gen.Int[0, pieces.Length - 1].Select(i => pieces[i]).Array[1, 12].Select(parts => "/" + string.Concat(parts)).Sample(target =>
        {
            if (!RequestPath.TryParse(target, out var path, out _))
                return;
            Assert.True(RequestPath.TryParse(path!.Normal, out var again, out _));
            Assert.Equal(path.Segments, again!.Segments);
            Assert.Equal(path.Normal, again.Normal);
            Assert.Equal(path.Normal, new Uri("http://h" + path.Normal).AbsolutePath);
            Assert.Equal(string.Join('/', path.Segments), Uri.UnescapeDataString(path.Raw)[1..]);
        });
    }
}
