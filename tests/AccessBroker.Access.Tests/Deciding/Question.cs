namespace AccessBroker.Access.Tests.Deciding;

/// <summary>A question that is allowed as it stands; each test changes one thing and looks at the verdict.</summary>
public sealed class Question
{
    public static readonly DateTimeOffset Now = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    public static readonly TargetDefinition Helpdesk = new()
    {
        Name = "helpdesk",
        Title = "Northwind Helpdesk",
        Upstream = new Uri("http://127.0.0.1:8481"),
        Binding = new TenantBinding(TenantPlace.Path, "/orgs/{tenant}/**"),
        AllowBearer = true,
        Operations =
        [
            Operation("tickets.read", ["GET", "HEAD"], ["/orgs/{tenant}/tickets", "/orgs/{tenant}/tickets/{id}"], query: ["page", "q"]),
            Operation("tickets.stream", ["GET"], ["/orgs/{tenant}/tickets/stream"]),
            Operation("tickets.reply", ["POST"], ["/orgs/{tenant}/tickets/{id}/comments"], writes: true),
            Operation("orders.read", ["GET"], ["/orgs/{tenant}/orders/{id}"]),
            Operation("files.read", ["GET"], ["/orgs/{tenant}/files/**"]),
            Operation("files.secret", ["GET"], ["/orgs/{tenant}/files/secret"]),
            Operation("chat.join", ["GET"], ["/orgs/{tenant}/chat"], webSocket: true),
        ],
    };

    private readonly Guid _session = new("0193a000-0000-7000-8000-000000000001");
    private readonly Guid _grant = new("0193a000-0000-7000-8000-000000000002");
    private readonly Guid _person = new("0193a000-0000-7000-8000-000000000003");

    public Question()
    {
        Token = new PresentedToken(_session, _grant, _person, "acme", "helpdesk", "hash", Now.AddMinutes(10));
        Session = new Session { Id = _session, GrantId = _grant, PersonId = _person, Tenant = "acme", Target = "helpdesk", StartedAt = Now.AddMinutes(-1) };
        Grant = new Grant
        {
            Id = _grant, HolderId = _person, Tenant = "acme", Target = "helpdesk", ScopeHash = "hash",
            NotBefore = Now.AddMinutes(-5), NotAfter = Now.AddMinutes(30),
        };
        Scope = ScopeOf("tickets.read", "tickets.reply", "files.read", "chat.join");
    }

    public string HostTenant { get; set; } = "acme";
    public string HostTarget { get; set; } = "helpdesk";
    public TargetDefinition? Target { get; set; } = Helpdesk;
    public DenyReason TokenReason { get; set; }
    public PresentedToken Token { get; set; }
    public Presentation Presentation { get; set; }
    public DenyReason LiveReason { get; set; }
    public Session? Session { get; set; }
    public Grant? Grant { get; set; }
    public ResolvedScope? Scope { get; set; }
    public string Method { get; set; } = "GET";
    public string RequestTarget { get; set; } = "/orgs/acme/tickets/7";
    public RequestHeaders Headers { get; set; } = new() { Hosts = 1 };
    public DateTimeOffset Time { get; set; } = Now;

    public Verdict Decide()
    {
        var pathFine = RequestPath.TryParse(RequestTarget, out var path, out var pathWhy);
        var queryFine = RequestQuery.TryParse(RequestTarget, out var query, out var queryWhy);
        return AccessDecider.Decide(new AccessQuestion
        {
            HostTenant = HostTenant, HostTarget = HostTarget, OwnOrigin = "http://acme--helpdesk.localhost:8480", Target = Target,
            TokenReason = TokenReason, Token = Token, Presentation = Presentation, LiveReason = LiveReason,
            Session = Session, Grant = Grant, Scope = Scope, Method = Method, RequestTarget = RequestTarget,
            Path = path, Query = queryFine ? query : null, Ambiguity = pathFine ? queryWhy : pathWhy, Headers = Headers, Now = Time,
        });
    }

    public static ResolvedScope ScopeOf(params string[] names) => new()
    {
        Tenant = "acme", Target = "helpdesk", Upstream = "http://127.0.0.1:8481", Binding = Helpdesk.Binding,
        Operations = [.. Helpdesk.Operations.Where(o => names.Contains(o.Name)).OrderBy(o => o.Name, StringComparer.Ordinal).Select(o => o with { Paths = [.. o.Paths] })],
    };

    public static TargetDefinition Changed(string operation, Func<OperationDefinition, OperationDefinition> change) =>
        Helpdesk with { Operations = [.. Helpdesk.Operations.Select(o => o.Name == operation ? change(o) : o)] };

    private static OperationDefinition Operation(
        string name, string[] methods, string[] paths, string[]? query = null, bool writes = false, bool webSocket = false) => new()
    {
        Name = name, Sentence = "See " + name, Methods = methods, Paths = paths, Query = query ?? [], Writes = writes, WebSocket = webSocket,
    };
}
