namespace AccessBroker.Grants;

/// <summary>The targets file cannot be used. The message holds every error, one a line, each with file and line.</summary>
public sealed class CatalogueException(IReadOnlyList<string> errors)
    : Exception("The targets cannot be used:\n" + string.Join('\n', errors))
{
    public IReadOnlyList<string> Errors => errors;
}
