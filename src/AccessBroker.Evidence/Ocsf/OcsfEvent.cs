namespace AccessBroker.Evidence;

/// <summary>What an entry is in the Open Cybersecurity Schema Framework (OCSF 1.7.0).</summary>
/// <param name="Class">The class's uid; its category is the thousands.</param>
/// <param name="Activity">The activity's id within the class.</param>
/// <param name="Severity">1 informational, 3 medium, 4 high.</param>
internal readonly record struct OcsfEvent(int Class, int Activity, int Severity = 1)
{
    public const int Base = 0, ApiActivity = 6003, EntityManagement = 3004, Authentication = 3002, DetectionFinding = 2004;

    private const int Create = 1, Read = 2, Update = 3, Delete = 4, Disable = 9, Activate = 10, Deactivate = 11, Other = 99;
    private const int Medium = 3, High = 4;

    /// <param name="method">HTTP method, where the entry has one.</param>
    public static OcsfEvent Of(string kind, string? method) => kind.Split('.', 2)[0] switch
    {
        "http" => new OcsfEvent(ApiActivity, OfMethod(method), kind == "http.denied" ? Medium : 1),
        "auth" => new OcsfEvent(Authentication, kind == "auth.signed-out" ? 2 : 1),
        "alert" => new OcsfEvent(DetectionFinding, Create, High),
        "request" or "review" or "grant" or "session" or "admin" or "audit" => new OcsfEvent(EntityManagement, OfVerb(kind[(kind.LastIndexOf('.') + 1)..])),
        _ => new OcsfEvent(Base, Other),
    };

    private static int OfMethod(string? method) => method switch
    {
        "POST" => Create,
        "GET" or "HEAD" or "OPTIONS" => Read,
        "PUT" or "PATCH" => Update,
        "DELETE" => Delete,
        _ => Other,
    };

    private static int OfVerb(string verb) => verb switch
    {
        "created" or "started" or "assigned" or "proposed" => Create,
        "read" or "exported" => Read,
        "approved" or "confirmed" => Activate,
        "denied" or "refused" or "rejected" => Disable,
        "revoked" or "cancelled" or "expired" or "ended" or "removed" => Deactivate,
        _ => Update,
    };
}
