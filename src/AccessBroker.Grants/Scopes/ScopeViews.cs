using AccessBroker.Access;
using AccessBroker.Contracts;

namespace AccessBroker.Grants;

/// <summary>Scopes as people see them.</summary>
internal static class ScopeViews
{
    public static IReadOnlyList<OperationView> Operations(ResolvedScope scope) => [.. scope.Operations.Select(o => Operation(o, scope.Tenant))];

    /// <param name="tenant">Filled into the paths; null leaves the templates as they are.</param>
    public static OperationView Operation(OperationDefinition operation, string? tenant) => new(
        operation.Name, operation.Sentence, operation.Methods,
        tenant is null ? operation.Paths : [.. operation.Paths.Select(p => p.Replace("{tenant}", tenant, StringComparison.Ordinal))],
        operation.Writes);

    /// <summary>Sentences of the target's operations that the scope lacks; none where the target is gone from the catalogue.</summary>
    public static IReadOnlyList<string> Others(ResolvedScope scope, TargetDefinition? target) =>
        [.. (target?.Operations ?? []).Where(o => scope.Operations.All(s => s.Name != o.Name)).Select(o => o.Sentence)];
}
