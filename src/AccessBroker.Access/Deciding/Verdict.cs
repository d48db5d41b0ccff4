namespace AccessBroker.Access;

/// <summary>Allow or deny of one request, decided by a pure function and acted on only by the pipeline.</summary>
/// <param name="Operation">The operation that the request maps to; null where it maps to none.</param>
/// <param name="Detail">For people: what was refused and what to do next. Never echoes secrets.</param>
public sealed record Verdict(DenyReason Reason, OperationDefinition? Operation, string Detail)
{
    public bool Allowed => Reason == DenyReason.None;

    public static Verdict Allow(OperationDefinition operation) => new(DenyReason.None, operation, "");

    public static Verdict Deny(DenyReason reason, string detail, OperationDefinition? operation = null) => new(reason, operation, detail);
}
