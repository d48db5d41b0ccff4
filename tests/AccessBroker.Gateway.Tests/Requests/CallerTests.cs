using AccessBroker.Access;
using AccessBroker.Grants;

namespace AccessBroker.Gateway.Tests.Requests;

public sealed class CallerTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    /// <summary>"The token has expired, get a new one" would send a person in a browser the wrong way: the access is over.</summary>
    [Fact]
    public void InSession_CookieAfterTheGrantsEnd_IsToldThatTheGrantExpired()
    {
        var (session, person, grant) = (Guid.CreateVersion7(Now), Guid.CreateVersion7(Now), Guid.CreateVersion7(Now));
        var live = new LiveSession(
            new Session { Id = session, GrantId = grant, PersonId = person, Tenant = "acme", Target = "helpdesk" },
            new Grant { Id = grant, HolderId = person, Tenant = "acme", Target = "helpdesk", ScopeHash = "hash", NotAfter = Now },
            Scope, DenyReason.GrantExpired);

        var caller = new Caller(DenyReason.None, Presentation.Cookie, session, person, null).InSession(live);

        Assert.Equal(DenyReason.GrantExpired, AccessDecider.Decide(Ask(caller, live)).Reason);
    }

    private static TenantBinding Binding { get; } = new(TenantPlace.Path, "/orgs/{tenant}/**");

    private static ResolvedScope Scope { get; } = new() { Tenant = "acme", Target = "helpdesk", Upstream = "http://127.0.0.1:1", Binding = Binding, Operations = [] };

    private static AccessQuestion Ask(Caller caller, LiveSession live) => new()
    {
        HostTenant = "acme", HostTarget = "helpdesk", OwnOrigin = "http://acme--helpdesk.localhost:8480",
        Target = new TargetDefinition { Name = "helpdesk", Title = "Helpdesk", Upstream = new Uri("http://127.0.0.1:1"), Binding = Binding, Operations = [] },
        TokenReason = caller.Reason, Token = caller.Token!.Value, Presentation = caller.Presentation,
        LiveReason = live.Reason, Session = live.Session, Grant = live.Grant, Scope = live.Scope,
        Method = "GET", RequestTarget = "/orgs/acme/tickets", Path = null, Query = null, Ambiguity = "", Headers = new RequestHeaders { Hosts = 1 }, Now = Now,
    };
}
