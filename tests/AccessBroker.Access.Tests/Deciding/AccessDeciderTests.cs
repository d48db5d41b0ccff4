namespace AccessBroker.Access.Tests.Deciding;

public sealed class AccessDeciderTests
{
    [Theory]
    [InlineData("GET", "/orgs/acme/tickets", "tickets.read")]
    [InlineData("HEAD", "/orgs/acme/tickets/7", "tickets.read")]
    [InlineData("GET", "/orgs/acme/tickets?q=a+b&page=2", "tickets.read")]
    [InlineData("GET", "/orgs/acme/%74ickets/7", "tickets.read")]
    [InlineData("POST", "/orgs/acme/tickets/7/comments", "tickets.reply")]
    [InlineData("GET", "/orgs/acme/files/a/b", "files.read")]
    [InlineData("GET", "/orgs/acme/files", "files.read")]
    public void Decide_GrantedRoute_IsAllowed(string method, string target, string operation)
    {
        var verdict = new Question { Method = method, RequestTarget = target }.Decide();
        Assert.True(verdict.Allowed, verdict.Detail);
        Assert.Equal(operation, verdict.Operation!.Name);
    }

    [Theory]
    // Ambiguous paths and targets, each a different way to say "globex" or "stream" without saying it.
    [InlineData("GET", "/orgs/acme/../globex/tickets", DenyReason.AmbiguousPath)]
    [InlineData("GET", "/orgs/acme/%2e%2e/globex/tickets", DenyReason.AmbiguousPath)]
    [InlineData("GET", "/orgs/acme/..%2fglobex", DenyReason.AmbiguousPath)]
    [InlineData("GET", "/orgs/acme/%252e%252e/globex", DenyReason.AmbiguousPath)]
    [InlineData("GET", "/orgs/acme/..;/globex", DenyReason.AmbiguousPath)]
    [InlineData("GET", "/orgs/acme//tickets", DenyReason.AmbiguousPath)]
    [InlineData("GET", "/orgs/acme/tickets/7%00", DenyReason.AmbiguousPath)]
    [InlineData("GET", "/orgs/acme\\tickets", DenyReason.AmbiguousPath)]
    [InlineData("GET", "/orgs/acme/Tickets/7", DenyReason.AmbiguousPath)]
    [InlineData("GET", "/orgs/acme/tickets/Stream", DenyReason.AmbiguousPath)]
    [InlineData("GET", "/orgs/acme/tickets/7/", DenyReason.AmbiguousPath)]
    [InlineData("GET", "/orgs/acme/files/Secret", DenyReason.AmbiguousPath)]
    [InlineData("GET", "/orgs/acme/files/secret/", DenyReason.AmbiguousPath)]
    [InlineData("GET", "/Orgs/acme/tickets", DenyReason.AmbiguousPath)]
    [InlineData("GET", "http://globex--helpdesk.localhost/orgs/acme/tickets", DenyReason.AmbiguousRequest)]
    [InlineData("OPTIONS", "*", DenyReason.AmbiguousRequest)]
    // Another customer.
    [InlineData("GET", "/orgs/globex/tickets", DenyReason.OtherTenant)]
    [InlineData("GET", "/orgs/globex/tickets/7", DenyReason.OtherTenant)]
    [InlineData("GET", "/orgs/ACME/tickets", DenyReason.OtherTenant)]
    [InlineData("GET", "/orgs/acme%20x/tickets", DenyReason.OtherTenant)]
    [InlineData("GET", "/orgs/%67lobex/tickets", DenyReason.OtherTenant)]
    [InlineData("GET", "/orgs/acme-eu/tickets", DenyReason.OtherTenant)]
    [InlineData("GET", "/orgs/%D0%B0cme/tickets", DenyReason.OtherTenant)]
    [InlineData("GET", "/orgs/*/tickets", DenyReason.OtherTenant)]
    [InlineData("DELETE", "/orgs/globex", DenyReason.OtherTenant)]
    // No such route.
    [InlineData("GET", "/", DenyReason.UnmappedRoute)]
    [InlineData("GET", "/orgs", DenyReason.UnmappedRoute)]
    [InlineData("GET", "/admin", DenyReason.UnmappedRoute)]
    [InlineData("GET", "/orgs/acme", DenyReason.UnmappedRoute)]
    [InlineData("GET", "/orgs/acme/secrets", DenyReason.UnmappedRoute)]
    [InlineData("DELETE", "/orgs/acme/tickets/7", DenyReason.UnmappedRoute)]
    [InlineData("get", "/orgs/acme/tickets/7", DenyReason.UnmappedRoute)]
    [InlineData("OPTIONS", "/orgs/acme/tickets/7", DenyReason.UnmappedRoute)]
    [InlineData("PUT", "/orgs/acme/tickets/7", DenyReason.UnmappedRoute)]
    [InlineData("GET", "/orgs/acme/tickets/7/comments/1", DenyReason.UnmappedRoute)]
    [InlineData("HEAD", "/orgs/acme/tickets/stream", DenyReason.UnmappedRoute)]
    [InlineData("HEAD", "/orgs/acme/files/secret", DenyReason.UnmappedRoute)]
    // Defined, but not granted.
    [InlineData("GET", "/orgs/acme/orders/1", DenyReason.OperationNotGranted)]
    [InlineData("GET", "/orgs/acme/tickets/stream", DenyReason.OperationNotGranted)]
    [InlineData("GET", "/orgs/acme/tickets/%73tream", DenyReason.OperationNotGranted)]
    [InlineData("GET", "/orgs/acme/files/secret", DenyReason.OperationNotGranted)]
    // Queries.
    [InlineData("GET", "/orgs/acme/tickets?tenant=globex", DenyReason.QueryNotDeclared)]
    [InlineData("GET", "/orgs/acme/tickets?Q=1", DenyReason.QueryNotDeclared)]
    [InlineData("GET", "/orgs/acme/tickets?q[]=1", DenyReason.QueryNotDeclared)]
    [InlineData("GET", "/orgs/acme/tickets?_method=DELETE", DenyReason.QueryNotDeclared)]
    [InlineData("POST", "/orgs/acme/tickets/7/comments?q=1", DenyReason.QueryNotDeclared)]
    [InlineData("GET", "/orgs/acme/tickets?q=1&q=2", DenyReason.AmbiguousRequest)]
    [InlineData("GET", "/orgs/acme/tickets?q=1&Q=2", DenyReason.AmbiguousRequest)]
    [InlineData("GET", "/orgs/acme/tickets?q=1;tenant=globex", DenyReason.AmbiguousRequest)]
    [InlineData("GET", "/orgs/acme/tickets?q=%00", DenyReason.AmbiguousRequest)]
    // Methods and kinds that do not pass.
    [InlineData("TRACE", "/orgs/acme/tickets", DenyReason.Unsupported)]
    [InlineData("TRACK", "/orgs/acme/tickets", DenyReason.Unsupported)]
    [InlineData("CONNECT", "/orgs/acme/chat", DenyReason.Unsupported)]
    [InlineData("GET", "/orgs/acme/chat", DenyReason.Unsupported)]
    public void Decide_HostileRequest_IsDenied(string method, string target, DenyReason reason)
    {
        var verdict = new Question { Method = method, RequestTarget = target }.Decide();
        Assert.Equal(reason, verdict.Reason);
        Assert.NotEmpty(verdict.Detail);
    }

    public static TheoryData<string, DenyReason, Action<Question>> Circumstances => new()
    {
        { "no token", DenyReason.NoToken, q => q.TokenReason = DenyReason.NoToken },
        { "edited token", DenyReason.TokenInvalid, q => q.TokenReason = DenyReason.TokenInvalid },
        { "token ends now", DenyReason.TokenExpired, q => q.Token = q.Token with { ExpiresAt = Question.Now } },
        { "token of another customer", DenyReason.TokenForOtherTarget, q => q.Token = q.Token with { Tenant = "globex" } },
        { "token of another target", DenyReason.TokenForOtherTarget, q => q.Token = q.Token with { Target = "calendar" } },
        { "host of another customer", DenyReason.TokenForOtherTarget, q => q.HostTenant = "globex" },
        { "host of another target", DenyReason.TokenForOtherTarget, q => q.HostTarget = "calendar" },
        { "token without customer", DenyReason.TokenForOtherTarget, q => q.Token = q.Token with { Tenant = "" } },
        { "token of another grant", DenyReason.TokenInvalid, q => q.Token = q.Token with { Grant = Guid.Empty } },
        { "token of another session", DenyReason.TokenInvalid, q => q.Token = q.Token with { Session = Guid.Empty } },
        { "token of another person", DenyReason.TokenInvalid, q => q.Token = q.Token with { Person = Guid.Empty } },
        { "session of another person", DenyReason.TokenInvalid, q => q.Session!.PersonId = Guid.Empty },
        { "grant of another holder", DenyReason.TokenInvalid, q => q.Grant!.HolderId = Guid.Empty },
        { "session of another grant", DenyReason.TokenInvalid, q => q.Session!.GrantId = Guid.Empty },
        { "grant row moved to another customer", DenyReason.TokenForOtherTarget, q => q.Grant!.Tenant = "globex" },
        { "session row moved to another target", DenyReason.TokenForOtherTarget, q => q.Session!.Target = "calendar" },
        { "bearer where it is not allowed", DenyReason.TokenInvalid, q => q.Target = Question.Helpdesk with { AllowBearer = false } },
        { "another scope's hash", DenyReason.ScopeMismatch, q => q.Token = q.Token with { ScopeHash = "other" } },
        { "scope of another customer", DenyReason.ScopeMismatch, q => q.Scope = q.Scope! with { Tenant = "globex" } },
        { "scope of another target", DenyReason.ScopeMismatch, q => q.Scope = q.Scope! with { Target = "calendar" } },
        { "scope with a mask nobody enforces", DenyReason.ScopeMismatch, q => q.Scope = q.Scope! with { Mask = ["$..email"] } },
        { "empty scope", DenyReason.OperationNotGranted, q => q.Scope = q.Scope! with { Operations = [] } },
        { "no scope", DenyReason.SessionEnded, q => q.Scope = null },
        { "no session", DenyReason.SessionEnded, q => q.Session = null },
        { "no grant", DenyReason.SessionEnded, q => q.Grant = null },
        { "not in log", DenyReason.NotInLog, q => q.LiveReason = DenyReason.NotInLog },
        { "person locked", DenyReason.PersonLocked, q => q.LiveReason = DenyReason.PersonLocked },
        { "session ended", DenyReason.SessionEnded, q => q.Session!.EndedAt = Question.Now.AddSeconds(-1) },
        { "grant not begun", DenyReason.GrantScheduled, q => q.Grant!.NotBefore = Question.Now.AddTicks(1) },
        { "grant ends at this very instant", DenyReason.GrantExpired, q => q.Grant!.NotAfter = Question.Now },
        { "grant revoked", DenyReason.GrantRevoked, q => (q.Grant!.EndedAs, q.Grant.EndedAt) = (GrantState.Revoked, Question.Now) },
        { "grant cancelled", DenyReason.GrantCancelled, q => (q.Grant!.EndedAs, q.Grant.EndedAt) = (GrantState.Cancelled, Question.Now) },
        { "unknown target", DenyReason.UnknownHost, q => q.Target = null },
        { "two hosts", DenyReason.AmbiguousRequest, q => q.Headers = new() { Hosts = 2 } },
        { "no host", DenyReason.AmbiguousRequest, q => q.Headers = new() { Hosts = 0 } },
        { "two authorizations", DenyReason.AmbiguousRequest, q => q.Headers = new() { Hosts = 1, Authorizations = 2 } },
        { "two body lengths", DenyReason.AmbiguousRequest, q => q.Headers = new() { Hosts = 1, TwoBodyLengths = true } },
        { "upgrade to h2c", DenyReason.Unsupported, q => q.Headers = new() { Hosts = 1, Upgrade = "h2c" } },
        { "upgrade list", DenyReason.Unsupported, q => q.Headers = new() { Hosts = 1, Upgrade = "websocket, h2c" } },
        { "gRPC", DenyReason.Unsupported, q => q.Headers = new() { Hosts = 1, ContentType = "application/grpc+proto" } },
        { "gRPC-Web", DenyReason.Unsupported, q => q.Headers = new() { Hosts = 1, ContentType = " Application/GRPC-Web" } },
        { "destination", DenyReason.Unsupported, q => q.Headers = new() { Hosts = 1, Destination = true } },
        { "undeclared Depth", DenyReason.Unsupported, q => q.Headers = new() { Hosts = 1, Declared = ["Depth"] } },
        { "operation needs another header", DenyReason.CatalogueChanged, q => q.Target = Question.Changed("tickets.read", o => o with { Headers = ["Depth"] }) },
        { "service worker", DenyReason.Unsupported, q => q.Headers = new() { Hosts = 1, ServiceWorker = true } },
        { "WebSocket to what is none", DenyReason.Unsupported, q => q.Headers = new() { Hosts = 1, Upgrade = "websocket" } },
        { "operation gained a path", DenyReason.CatalogueChanged, q => q.Target = Question.Changed("tickets.read", o => o with { Paths = [.. o.Paths, "/orgs/{tenant}/people"] }) },
        { "operation lost this path", DenyReason.CatalogueChanged, q => q.Target = Question.Changed("tickets.read", o => o with { Paths = ["/orgs/{tenant}/tickets"] }) },
        { "operation gained a method", DenyReason.CatalogueChanged, q => q.Target = Question.Changed("tickets.read", o => o with { Methods = ["DELETE", "GET", "HEAD"] }) },
        { "operation lost this method", DenyReason.CatalogueChanged, q => q.Target = Question.Changed("tickets.read", o => o with { Methods = ["HEAD"] }) },
        { "operation gained a query parameter", DenyReason.CatalogueChanged, q => q.Target = Question.Changed("tickets.read", o => o with { Query = [.. o.Query, "tenant"] }) },
        { "query parameter no longer secret", DenyReason.CatalogueChanged, q => q.Target = Question.Changed("tickets.read", o => o with { SecretQuery = ["q"] }) },
        { "operation says something else", DenyReason.CatalogueChanged, q => q.Target = Question.Changed("tickets.read", o => o with { Sentence = "See everything" }) },
        { "operation writes now", DenyReason.CatalogueChanged, q => q.Target = Question.Changed("tickets.read", o => o with { Writes = true }) },
        { "operation is gone", DenyReason.CatalogueChanged, q => q.Target = Question.Helpdesk with { Operations = [.. Question.Helpdesk.Operations.Where(o => o.Name != "tickets.read")] } },
        { "path moved to another operation", DenyReason.CatalogueChanged, q => q.Target = Question.Changed("tickets.read", o => o with { Name = "tickets.all" }) },
        { "other upstream", DenyReason.CatalogueChanged, q => q.Target = Question.Helpdesk with { Upstream = new Uri("http://127.0.0.1:9999") } },
        { "other binding", DenyReason.CatalogueChanged, q => q.Target = Question.Helpdesk with { Binding = new TenantBinding(TenantPlace.Header, "X-Org") } },
    };

    [Theory]
    [MemberData(nameof(Circumstances))]
    public void Decide_Circumstance_IsDenied(string name, DenyReason reason, Action<Question> change)
    {
        var question = new Question();
        change(question);
        var verdict = question.Decide();
        Assert.True(verdict.Reason == reason, $"{name}: {verdict.Reason}, {verdict.Detail}");
        Assert.NotEmpty(verdict.Detail);
    }

    [Fact]
    public void Decide_UnrelatedOperationChanged_IsAllowed()
    {
        var question = new Question { Target = Question.Changed("orders.read", o => o with { Methods = ["DELETE"] }) };
        Assert.True(question.Decide().Allowed);
    }

    [Fact]
    public void Decide_TwoOperationsOnOneRoute_TheGrantedOneCounts()
    {
        var full = new OperationDefinition { Name = "orders.full", Sentence = "All of your orders", Methods = ["GET", "POST"], Paths = ["/orgs/{tenant}/orders/{no}"] };
        var target = Question.Helpdesk with { Operations = [.. Question.Helpdesk.Operations, full] };
        var question = new Question { Target = target, RequestTarget = "/orgs/acme/orders/1", Scope = Question.ScopeOf() with { Operations = [full] } };
        Assert.Equal("orders.full", question.Decide().Operation?.Name);
        Assert.True(question.Decide().Allowed);
    }

    [Theory]
    [InlineData(TenantPlace.Header, "X-Org", "/orders/1", true, DenyReason.AmbiguousRequest)]
    [InlineData(TenantPlace.Header, "X-Org", "/orders/1", false, DenyReason.None)]
    [InlineData(TenantPlace.Query, "org", "/orders/1?org=acme", false, DenyReason.AmbiguousRequest)]
    [InlineData(TenantPlace.Query, "org", "/orders/1?ORG=globex", false, DenyReason.AmbiguousRequest)]
    [InlineData(TenantPlace.Query, "org", "/orders/1", false, DenyReason.None)]
    [InlineData(TenantPlace.Host, "{tenant}.up.example", "/orders/1", false, DenyReason.None)]
    public void Decide_GatewaySetsTheCustomer_ClientCopyIsRefused(TenantPlace place, string name, string target, bool header, DenyReason reason)
    {
        var operation = new OperationDefinition { Name = "orders.read", Sentence = "See your orders", Methods = ["GET"], Paths = ["/orders/{id}"] };
        var binding = new TenantBinding(place, name);
        var question = new Question
        {
            Target = Question.Helpdesk with { Binding = binding, Operations = [operation] },
            Scope = Question.ScopeOf() with { Binding = binding, Operations = [operation] },
            RequestTarget = target,
            Headers = new() { Hosts = 1, TenantHeader = header },
        };
        Assert.Equal(reason, question.Decide().Reason);
    }

    [Theory]
    // method, path, Origin, Sec-Fetch-Site, Mode, Dest, by cookie, verdict
    [InlineData("GET", "tickets", null, null, null, null, DenyReason.None)]
    [InlineData("GET", "tickets", null, "none", "navigate", "document", DenyReason.None)]
    [InlineData("GET", "tickets", null, "same-origin", "cors", "empty", DenyReason.None)]
    [InlineData("GET", "tickets", null, "cross-site", "navigate", "document", DenyReason.None)]
    [InlineData("GET", "tickets", null, "cross-site", "navigate", "iframe", DenyReason.ForeignOrigin)]
    [InlineData("GET", "tickets", null, "same-site", "no-cors", "script", DenyReason.ForeignOrigin)]
    [InlineData("GET", "tickets", "http://globex--helpdesk.localhost:8480", "same-site", "cors", "empty", DenyReason.ForeignOrigin)]
    [InlineData("POST", "tickets/7/comments", "http://acme--helpdesk.localhost:8480", "same-origin", null, null, DenyReason.None)]
    [InlineData("POST", "tickets/7/comments", "http://acme--helpdesk.localhost:8480", null, null, null, DenyReason.None)]
    [InlineData("POST", "tickets/7/comments", null, "same-origin", null, null, DenyReason.None)]
    [InlineData("POST", "tickets/7/comments", null, null, null, null, DenyReason.ForeignOrigin)]
    [InlineData("POST", "tickets/7/comments", null, "none", null, null, DenyReason.ForeignOrigin)]
    [InlineData("POST", "tickets/7/comments", "null", null, null, null, DenyReason.ForeignOrigin)]
    [InlineData("POST", "tickets/7/comments", "https://evil.example", "cross-site", null, null, DenyReason.ForeignOrigin)]
    [InlineData("POST", "tickets/7/comments", "http://globex--helpdesk.localhost:8480", "same-site", null, null, DenyReason.ForeignOrigin)]
    [InlineData("POST", "tickets/7/comments", "http://acme--helpdesk.localhost:8480.evil.example", null, null, null, DenyReason.ForeignOrigin)]
    [InlineData("POST", "tickets/7/comments", "http://acme--helpdesk.localhost:8480", "cross-site", null, null, DenyReason.ForeignOrigin)]
    public void Decide_ByCookie_ForeignPagesAreRefused(string method, string path, string? origin, string? site, string? mode, string? dest, DenyReason reason)
    {
        var question = new Question
        {
            Presentation = Presentation.Cookie, Method = method, RequestTarget = "/orgs/acme/" + path,
            Headers = new() { Hosts = 1, Origin = origin, FetchSite = site, FetchMode = mode, FetchDest = dest },
        };
        Assert.Equal(reason, question.Decide().Reason);
    }

    [Theory]
    [InlineData("http://acme--helpdesk.localhost:8480", Presentation.Cookie, DenyReason.None)]
    [InlineData(null, Presentation.Cookie, DenyReason.ForeignOrigin)]
    [InlineData("https://evil.example", Presentation.Cookie, DenyReason.ForeignOrigin)]
    [InlineData("null", Presentation.Bearer, DenyReason.ForeignOrigin)]
    [InlineData("https://evil.example", Presentation.Bearer, DenyReason.ForeignOrigin)]
    [InlineData(null, Presentation.Bearer, DenyReason.None)]
    public void Decide_WebSocket_OnlyFromItsOwnOrigin(string? origin, Presentation presentation, DenyReason reason)
    {
        var question = new Question
        {
            Presentation = presentation, RequestTarget = "/orgs/acme/chat",
            Headers = new() { Hosts = 1, Upgrade = "websocket", Origin = origin },
        };
        Assert.Equal(reason, question.Decide().Reason);
    }
}
