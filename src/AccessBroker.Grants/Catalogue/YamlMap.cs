using YamlDotNet.RepresentationModel;

namespace AccessBroker.Grants;

/// <summary>Collects what is wrong with a file, with the line where it is.</summary>
internal sealed class YamlErrors(string file)
{
    private readonly List<string> _errors = [];

    public IReadOnlyList<string> All => _errors;

    public void Add(YamlNode node, string sentence) => _errors.Add($"{file}:{node.Start.Line}: {sentence}");

    public void Add(long line, string sentence) => _errors.Add($"{file}:{line}: {sentence}");
}

/// <summary>A mapping whose members are asked for by name; what nobody asked for is an error, so that a misspelt key cannot be overlooked.</summary>
internal sealed class YamlMap
{
    private readonly YamlMappingNode _node;
    private readonly string _what;
    private readonly YamlErrors _errors;
    private readonly VariableExpander _variables;
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    private YamlMap(YamlMappingNode node, string what, YamlErrors errors, VariableExpander variables) =>
        (_node, _what, _errors, _variables) = (node, what, errors, variables);

    /// <param name="what">Begins sentences: "the target".</param>
    public static YamlMap? From(YamlNode node, string what, YamlErrors errors, VariableExpander variables)
    {
        if (node is YamlMappingNode map)
            return new YamlMap(map, what, errors, variables);
        errors.Add(node, $"{what} must be a mapping of names to values.");
        return null;
    }

    public void Error(string sentence, string? name = null) => _errors.Add(name is not null && Find(name) is { } at ? at : _node, sentence);

    public string Text(string name)
    {
        if (Find(name) is { } node)
            return Scalar(node, name);
        _errors.Add(_node, $"{_what} has no '{name}'.");
        return "";
    }

    public bool Flag(string name, bool otherwise = false)
    {
        if (Find(name) is not { } node)
            return otherwise;
        var text = Scalar(node, name);
        if (text is not ("true" or "false"))
            _errors.Add(node, $"'{name}' is \"{text}\"; write true or false.");
        return text == "true";
    }

    /// <summary>Sorted ordinally, unique.</summary>
    public IReadOnlyList<string> List(string name, bool required = false)
    {
        switch (Find(name))
        {
            case YamlSequenceNode { Children.Count: > 0 } list:
                var values = new SortedSet<string>(StringComparer.Ordinal);
                foreach (var child in list.Children)
                {
                    if (!values.Add(Scalar(child, name)))
                        _errors.Add(child, $"'{name}' has \"{child}\" twice.");
                }
                return [.. values];
            case YamlSequenceNode empty when required:
                _errors.Add(empty, $"'{name}' of {_what} is empty: it would allow nothing.");
                return [];
            case null when required:
                _errors.Add(_node, $"{_what} has no '{name}'.");
                return [];
            case null or YamlSequenceNode:
                return [];
            case var other:
                _errors.Add(other, $"'{name}' must be a list.");
                return [];
        }
    }

    public YamlMap? Map(string name, bool required)
    {
        if (Find(name) is { } node)
            return From(node, $"'{name}' of {_what}", _errors, _variables);
        if (required)
            _errors.Add(_node, $"{_what} has no '{name}'.");
        return null;
    }

    public IEnumerable<YamlMap> Maps(string name, Func<int, string> what)
    {
        if (Find(name) is not YamlSequenceNode { Children.Count: > 0 } list)
        {
            _errors.Add(Find(name) ?? _node, $"{_what} needs '{name}', a list with at least one element.");
            return [];
        }
        return [.. list.Children.Select((node, i) => From(node, what(i), _errors, _variables)).OfType<YamlMap>()];
    }

    /// <summary>Call it after everything was asked for.</summary>
    public void RefuseOthers()
    {
        foreach (var key in _node.Children.Keys)
        {
            if (!_known.Contains(key.ToString()))
                _errors.Add(key, $"{_what} has '{key}', which is unknown; it can have {string.Join(", ", _known.Order(StringComparer.Ordinal))}.");
        }
    }

    private YamlNode? Find(string name)
    {
        _known.Add(name);
        return _node.Children.FirstOrDefault(c => c.Key is YamlScalarNode key && key.Value == name).Value;
    }

    private string Scalar(YamlNode node, string name)
    {
        if (node is YamlScalarNode { Value: { } text })
            return _variables.Expand(text, error => _errors.Add(node, error));
        _errors.Add(node, $"'{name}' must be a text.");
        return "";
    }
}
