using AccessBroker.Access;

namespace AccessBroker.Grants;

/// <summary>The targets as they are configured now.</summary>
public interface ICatalogue
{
    Catalogue Current { get; }
}

/// <summary>Configuration section <c>Targets</c>.</summary>
public sealed class TargetsOptions
{
    /// <summary>YAML file with the targets and their operations; see <c>ops/demo/targets.yaml</c>. Relative to the content root.</summary>
    public string? File { get; set; }
}

/// <summary>The catalogue of <see cref="TargetsOptions.File"/>, read once at start. Without a file there is nothing to ask for.</summary>
internal sealed class FileCatalogue(Catalogue current) : ICatalogue
{
    public Catalogue Current => current;
}
