namespace AccessBroker.Evidence;

/// <summary>The members of a body that some table shows, in the order in which canonical JSON has them.</summary>
internal enum BodyMember
{
    Actor, Admin, Audit, Code, Grant, Host, Ip, Kind, Method, Operation, Path, Provider, Reason, Request, Review, ScopeHash, Session, Status, Target, Tenant, UserAgent,
}
