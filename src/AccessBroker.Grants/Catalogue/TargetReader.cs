using AccessBroker.Access;

namespace AccessBroker.Grants;

/// <summary>One target of the targets file.</summary>
internal static class TargetReader
{
    public static TargetDefinition Read(YamlMap map)
    {
        var name = map.Text("name");
        if (name.Length > 0 && !Names.IsId(name))
            map.Error($"the target's name \"{name}\" must have 2–30 characters a-z, 0-9 and single hyphens and begin with a letter: it becomes a host name.", "name");
        var title = Sentence(map, "title", 100);
        var binding = map.Map("tenant", required: true) is { } tenant ? Binding(tenant) : new TenantBinding(TenantPlace.Path, "");
        var operations = map.Maps("operations", i => $"operation {i + 1} of {name}").Select(o => OperationReader.Read(o, binding)).ToList();
        foreach (var twice in operations.GroupBy(o => o.Name).Where(g => g.Key.Length > 0 && g.Count() > 1))
            map.Error($"{name} has the operation '{twice.Key}' {twice.Count()} times.");
        var target = new TargetDefinition
        {
            Name = name,
            Title = title,
            Upstream = Upstream(map),
            Binding = binding,
            Operations = [.. operations.OrderBy(o => o.Name, StringComparer.Ordinal)],
            Credential = map.Map("credential", required: false) is { } credential ? Credential(credential) : null,
            SharedCredential = map.Flag("shared_credential"),
            AllowBearer = map.Flag("allow_bearer"),
            Assertion = map.Flag("assertion", otherwise: true),
        };
        map.RefuseOthers();
        return target;
    }

    /// <summary>Text that customers read before they approve.</summary>
    public static string Sentence(YamlMap map, string name, int max)
    {
        var text = map.Text(name);
        if (text.Length > 0 && PeopleText.Fault(text, $"'{name}'", 1, max, lines: false) is { } fault)
            map.Error(fault, name);
        return text;
    }

    private static Uri Upstream(YamlMap map)
    {
        var text = map.Text("upstream");
        if (Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri is { PathAndQuery: "/", Fragment: "", UserInfo: "" })
            return uri;
        if (text.Length > 0)
            map.Error($"the upstream \"{text}\" must be an origin such as https://crm.internal:8443, without path, query or user.", "upstream");
        return new Uri("http://invalid.invalid");
    }

    private static TenantBinding Binding(YamlMap map)
    {
        var place = map.Text("in");
        TenantBinding binding;
        if (place == "path")
        {
            binding = new TenantBinding(TenantPlace.Path, map.Text("template"));
            if (!binding.Name.StartsWith('/') || binding.Name.Split("{tenant}").Length != 2)
                map.Error("the template must be a path that holds {tenant} once, such as /orgs/{tenant}/**.", "template");
        }
        else if (place == "host")
        {
            binding = new TenantBinding(TenantPlace.Host, "");
        }
        else
        {
            binding = new TenantBinding(place == "query" ? TenantPlace.Query : TenantPlace.Header, map.Text("name"));
            if (place.Length > 0 && place is not ("header" or "query"))
                map.Error($"the customer stands in \"{place}\"; it must be path, header, host or query.", "in");
        }
        map.RefuseOthers();
        return binding;
    }

    private static UpstreamCredential Credential(YamlMap map)
    {
        var credential = new UpstreamCredential(map.Text("header"), map.Text("value"));
        if (credential.Header.Any(c => !char.IsAsciiLetterOrDigit(c) && c != '-') || credential.Value.Any(char.IsControl))
            map.Error("the credential must be a header name and a value of one line.", "header");
        map.RefuseOthers();
        return credential;
    }
}
