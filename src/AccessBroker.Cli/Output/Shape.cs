using System.Text.Json.Serialization.Metadata;

namespace AccessBroker.Cli;

/// <param name="Value">Null is an empty cell.</param>
internal sealed record Column<T>(string Header, Func<T, string?> Value);

/// <summary>How one kind of answer is shown: its JSON, named by <paramref name="Schema"/>, and the columns of its table.</summary>
/// <param name="Schema">Such as <c>accessbroker/request/v1</c>; a list's is <c>accessbroker/request-list/v1</c>. Stable.</param>
internal sealed record Shape<T>(string Schema, JsonTypeInfo<T> Json, IReadOnlyList<Column<T>> Columns)
{
    public string ListSchema => Schema[..Schema.LastIndexOf('/')] + "-list" + Schema[Schema.LastIndexOf('/')..];
}
