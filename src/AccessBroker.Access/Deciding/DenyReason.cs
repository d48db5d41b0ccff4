namespace AccessBroker.Access;

/// <summary>Why a request was refused. The kebab-case name (<see cref="DenyReasons.Code"/>) is the stable problem type and stands in the log.</summary>
public enum DenyReason
{
    None,
    NoToken,
    TokenInvalid,
    TokenExpired,
    TokenForOtherTarget,
    SessionEnded,
    GrantScheduled,
    GrantExpired,
    GrantRevoked,
    GrantCancelled,
    NotInLog,
    ScopeMismatch,
    CatalogueChanged,
    UnknownHost,
    AmbiguousPath,
    AmbiguousRequest,
    OtherTenant,
    UnmappedRoute,
    OperationNotGranted,
    QueryNotDeclared,
    Unsupported,
    ForeignOrigin,
    PersonLocked,
}

public static class DenyReasons
{
    private static readonly string[] Codes = [.. Enum.GetNames<DenyReason>().Select(ToKebab)];

    /// <summary>Such as <c>operation-not-granted</c>.</summary>
    public static string Code(this DenyReason reason) => Codes[(int)reason];

    private static string ToKebab(string name) =>
        string.Concat(name.Select((c, i) => char.IsUpper(c) ? (i == 0 ? "" : "-") + char.ToLowerInvariant(c) : c.ToString()));
}
