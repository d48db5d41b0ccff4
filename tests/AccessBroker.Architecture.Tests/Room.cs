using System.Reflection;
using System.Xml.Linq;

namespace AccessBroker.Architecture.Tests;

/// <summary>One project under <c>src</c>, as its project file says and as it was compiled.</summary>
/// <param name="Name">Without the <c>AccessBroker.</c> before it.</param>
internal sealed record Room(string Name, IReadOnlySet<string> Rooms, IReadOnlySet<string> Packages, bool UsesAspNetCore)
{
    public const string Prefix = "AccessBroker.";

    /// <summary>
    /// The rooms and the arrows between them, as the design draws them. A new arrow is a decision: change the design and
    /// give it an ADR before this list.
    /// </summary>
    public static IReadOnlyDictionary<string, string[]> Allowed { get; } = new Dictionary<string, string[]>
    {
        ["TransparencyLog"] = [],
        ["Access"] = [],
        ["Contracts"] = [],
        ["Evidence"] = ["TransparencyLog"],
        ["Audit"] = ["Evidence"],
        ["Storage"] = ["Audit", "Access"],
        ["Grants"] = ["Storage", "Contracts"],
        ["Gateway"] = ["Grants"],
        ["Web"] = ["Grants"],
        ["Issuer"] = ["Grants"],
        ["Server"] = ["Gateway", "Web", "Issuer"],
        ["Cli"] = ["Contracts", "Evidence"],
    };

    /// <summary>Rooms that answer the network. They share state through Grants and know nothing of each other.</summary>
    public static string[] Doors { get; } = ["Gateway", "Web", "Issuer"];

    /// <summary>Rooms that hold rules and formats alone, and so can be read, tested and trusted without the rest.</summary>
    public static string[] Pure { get; } = ["TransparencyLog", "Evidence", "Access", "Contracts"];

    public static IReadOnlyList<Room> All { get; } =
        [.. Directory.EnumerateFiles(Repository.PathOf("src"), "*.csproj", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(Read)];

    public static Room Named(string name) => All.Single(room => room.Name == name);

    /// <summary>The name of a room that starts its namespaces, and of its assembly unless the program is called otherwise.</summary>
    public string Namespace => Prefix + Name;

    public Assembly Load() => Assembly.Load(AssemblyName);

    private string AssemblyName { get; init; } = Prefix + Name;

    private static Room Read(string path)
    {
        var project = XDocument.Load(path);
        var name = Path.GetFileNameWithoutExtension(path);
        return new Room(
            name[Prefix.Length..],
            Included("ProjectReference").Select(reference => Path.GetFileNameWithoutExtension(reference)[Prefix.Length..]).ToHashSet(),
            Included("PackageReference").ToHashSet(),
            Included("FrameworkReference").Any() || (string?)project.Root!.Attribute("Sdk") != "Microsoft.NET.Sdk")
        {
            AssemblyName = project.Descendants("AssemblyName").FirstOrDefault()?.Value ?? name,
        };

        IEnumerable<string> Included(string element) => project.Descendants(element).Select(e => e.Attribute("Include")!.Value.Replace('\\', '/'));
    }
}
