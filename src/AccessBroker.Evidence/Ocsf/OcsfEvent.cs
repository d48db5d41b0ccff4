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

    /// <param name="kind">As it stands in the body, without quotes.</param>
    /// <param name="method">HTTP method, likewise; empty where the entry has none.</param>
    public static OcsfEvent Of(ReadOnlySpan<byte> kind, ReadOnlySpan<byte> method)
    {
        var group = Group(kind);
        if (Is(group, "http"u8))
            return new OcsfEvent(ApiActivity, OfMethod(method), Is(kind, "http.denied"u8) ? Medium : 1);
        if (Is(group, "auth"u8))
            return new OcsfEvent(Authentication, Is(kind, "auth.signed-out"u8) ? 2 : 1);
        if (Is(group, "alert"u8))
            return new OcsfEvent(DetectionFinding, Create, High);
        return Is(group, "request"u8) || Is(group, "review"u8) || Is(group, "grant"u8) || Is(group, "session"u8) || Is(group, "admin"u8) || Is(group, "audit"u8)
            ? new OcsfEvent(EntityManagement, OfVerb(kind[(kind.LastIndexOf((byte)'.') + 1)..]))
            : new OcsfEvent(Base, Other);
    }

    /// <summary>What stands before a kind's first dot.</summary>
    public static ReadOnlySpan<byte> Group(ReadOnlySpan<byte> kind) => kind.IndexOf((byte)'.') is >= 0 and var dot ? kind[..dot] : kind;

    private static int OfMethod(ReadOnlySpan<byte> method) =>
        Is(method, "GET"u8) || Is(method, "HEAD"u8) || Is(method, "OPTIONS"u8) ? Read
        : Is(method, "POST"u8) ? Create
        : Is(method, "PUT"u8) || Is(method, "PATCH"u8) ? Update
        : Is(method, "DELETE"u8) ? Delete
        : Other;

    private static int OfVerb(ReadOnlySpan<byte> verb) =>
        Is(verb, "created"u8) || Is(verb, "started"u8) || Is(verb, "assigned"u8) || Is(verb, "proposed"u8) ? Create
        : Is(verb, "read"u8) || Is(verb, "exported"u8) ? Read
        : Is(verb, "approved"u8) || Is(verb, "confirmed"u8) ? Activate
        : Is(verb, "denied"u8) || Is(verb, "refused"u8) || Is(verb, "rejected"u8) ? Disable
        : Is(verb, "revoked"u8) || Is(verb, "cancelled"u8) || Is(verb, "expired"u8) || Is(verb, "ended"u8) || Is(verb, "removed"u8) ? Deactivate
        : Update;

    private static bool Is(ReadOnlySpan<byte> text, ReadOnlySpan<byte> word) => text.SequenceEqual(word);
}
