using AccessBroker.Access;

namespace AccessBroker.Grants;

/// <summary>One operation of the targets file.</summary>
internal static class OperationReader
{
    public static OperationDefinition Read(YamlMap map, TenantBinding binding)
    {
        var operation = new OperationDefinition
        {
            Name = map.Text("name"),
            Sentence = TargetReader.Sentence(map, "sentence", 200),
            Methods = map.List("methods", required: true),
            Paths = map.List("paths", required: true),
            Query = map.List("query"),
            SecretQuery = map.List("secret_query"),
            Headers = map.List("headers"),
            Writes = map.Flag("writes"),
            WebSocket = map.Flag("websocket"),
        };
        map.RefuseOthers();
        if (operation.Name.Length > 0 && !Names.IsOperation(operation.Name))
            map.Error($"the operation's name \"{operation.Name}\" must be dotted lower-case words, such as tickets.read.", "name");
        foreach (var method in operation.Methods.Where(m => m.Length == 0 || m.Any(c => !char.IsAsciiLetterUpper(c) && c != '-')))
            map.Error($"the method \"{method}\" must be upper-case letters.", "methods");
        foreach (var path in operation.Paths)
            CheckPath(map, path, binding);
        foreach (var header in operation.Headers.Where(h => h.Length == 0 || h.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_'))))
            map.Error($"\"{header}\" is not a header name.", "headers");
        foreach (var secret in operation.SecretQuery.Except(operation.Query))
            map.Error($"the secret parameter \"{secret}\" must also stand in 'query'.", "secret_query");
        return operation;
    }

    /// <summary>Templates: literal segments, {name} for a whole segment, /** at the end. Where the customer stands in the path, every path says where.</summary>
    private static void CheckPath(YamlMap map, string path, TenantBinding binding)
    {
        if (!path.StartsWith('/'))
        {
            map.Error($"the path \"{path}\" must begin with a slash.", "paths");
            return;
        }
        var segments = path[1..].Split('/');
        for (var i = 0; i < segments.Length; i++)
        {
            var segment = segments[i];
            var last = i == segments.Length - 1;
            var good = segment switch
            {
                "" => last, // "/orgs/{tenant}/" and "/orgs/{tenant}" are two paths
                "**" => last,
                "." or ".." => false,
                _ when segment.StartsWith('{') && segment.EndsWith('}') => segment.Length > 2 && segment[1..^1].All(c => char.IsAsciiLetterOrDigit(c) || c == '_'),
                _ => segment.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or '~' or '@' or ':' or '+' or ','),
            };
            if (!good)
                map.Error($"the path \"{path}\" has the segment \"{segment}\"; a segment is literal text, {{name}}, or ** at the end.", "paths");
        }
        if (binding.Place == TenantPlace.Path && segments.Count(s => s == "{tenant}") != 1)
            map.Error($"the path \"{path}\" must hold {{tenant}} once, because the customer stands in the path.", "paths");
    }
}
