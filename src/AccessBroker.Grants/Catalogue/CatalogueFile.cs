using AccessBroker.Access;
using Microsoft.Extensions.Configuration;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace AccessBroker.Grants;

/// <summary>Reads the targets file (YAML; <c>ops/demo/targets.yaml</c> is an example with every key). Strict: unknown keys are errors.</summary>
public static class CatalogueFile
{
    /// <exception cref="CatalogueException">It cannot be used; the message lists every error with file and line.</exception>
    public static Catalogue Read(string path, IConfiguration configuration)
    {
        try
        {
            return Parse(File.ReadAllText(path), path, configuration);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CatalogueException([$"{path}: cannot be read: {e.Message}"]);
        }
    }

    /// <param name="file">Name for messages.</param>
    /// <exception cref="CatalogueException">As <see cref="Read"/>.</exception>
    public static Catalogue Parse(string yaml, string file, IConfiguration configuration)
    {
        var errors = new YamlErrors(file);
        var targets = new List<TargetDefinition>();
        try
        {
            var stream = new YamlStream();
            stream.Load(new StringReader(yaml));
            if (stream.Documents is not [{ RootNode: { } node }])
                errors.Add(1, "the file must hold one document that begins with 'targets:'.");
            else if (YamlMap.From(node, "the file", errors, new VariableExpander(configuration)) is { } root)
            {
                targets.AddRange(root.Maps("targets", i => $"target {i + 1}").Select(TargetReader.Read));
                root.RefuseOthers();
                foreach (var twice in targets.GroupBy(t => t.Name).Where(g => g.Key.Length > 0 && g.Count() > 1))
                    root.Error($"the target '{twice.Key}' stands there {twice.Count()} times.");
            }
        }
        catch (YamlException e)
        {
            errors.Add(e.Start.Line, $"this is not YAML: {e.Message}");
        }
        return errors.All.Count == 0 ? new Catalogue(targets) : throw new CatalogueException(errors.All);
    }
}
