namespace AccessBroker.Access;

/// <summary>All targets of a deployment. Immutable; a change makes a new one.</summary>
public sealed class Catalogue(IEnumerable<TargetDefinition> targets)
{
    private readonly Dictionary<string, TargetDefinition> _targets = targets.ToDictionary(t => t.Name, StringComparer.Ordinal);

    public IReadOnlyCollection<TargetDefinition> Targets => _targets.Values;

    public TargetDefinition? Find(string name) => _targets.GetValueOrDefault(name);
}
