using System.Text.Json;
using AccessBroker.Access;

namespace AccessBroker.Grants;

/// <summary>The inverse of <see cref="Scopes.Canonical"/>.</summary>
internal static class ScopeReader
{
    public static ResolvedScope Read(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            var binding = root.GetProperty("binding");
            return new ResolvedScope
            {
                Tenant = Text(root, "tenant"),
                Target = Text(root, "target"),
                Upstream = Text(root, "upstream"),
                Binding = new TenantBinding(Place(Text(binding, "in")), Text(binding, "name")),
                Operations = [.. root.GetProperty("operations").EnumerateArray().Select(Operation)],
                Mask = List(root, "mask"),
            };
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new FormatException("The scope is not one that the broker wrote.", e);
        }
    }

    private static OperationDefinition Operation(JsonElement operation) => new()
    {
        Name = Text(operation, "name"),
        Sentence = Text(operation, "sentence"),
        Methods = List(operation, "methods"),
        Paths = List(operation, "paths"),
        Query = List(operation, "query"),
        SecretQuery = List(operation, "secret_query"),
        Headers = List(operation, "headers"),
        Writes = operation.GetProperty("writes").GetBoolean(),
        WebSocket = operation.GetProperty("websocket").GetBoolean(),
    };

    private static TenantPlace Place(string code) =>
        Enum.GetValues<TenantPlace>().Cast<TenantPlace?>().FirstOrDefault(p => Scopes.PlaceCode(p!.Value) == code)
        ?? throw new FormatException($"The scope binds the customer in \"{code}\", which is unknown.");

    private static string Text(JsonElement element, string name) =>
        element.GetProperty(name).GetString() ?? throw new FormatException($"The scope's {name} is null.");

    private static IReadOnlyList<string> List(JsonElement element, string name) =>
        [.. element.GetProperty(name).EnumerateArray().Select(e => e.GetString() ?? throw new FormatException($"The scope's {name} holds null."))];
}
