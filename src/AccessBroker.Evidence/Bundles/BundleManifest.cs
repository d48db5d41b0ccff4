using System.Text;
using AccessBroker.TransparencyLog;

namespace AccessBroker.Evidence;

/// <summary>
/// manifest.json: what the bundle claims, with the proofs for it. Written as canonical JSON, so that exactly one
/// sequence of bytes says it.
/// </summary>
internal sealed record BundleManifest
{
    public required Hash32 Trail { get; init; }
    public required ulong Count { get; init; }
    public required ulong HeadPosition { get; init; }
    public required IReadOnlyList<byte[]> HeadProof { get; init; }
    public required byte[] HeadsHeader { get; init; }
    public required byte[] HeadsBody { get; init; }
    public required byte[] HeadsSalt { get; init; }
    public required ulong HeadsIndex { get; init; }
    public required IReadOnlyList<byte[]> HeadsProof { get; init; }
    public required IReadOnlyList<byte[]> Consistency { get; init; }
    public required string Origin { get; init; }
    public required ulong Size { get; init; }

    /// <summary>Who exported, when: canonical JSON of an object.</summary>
    public required string ExportedJson { get; init; }

    /// <summary>Whether the export says that a filter chose the bodies.</summary>
    public required bool IsFiltered { get; init; }

    /// <summary>Name → SHA-256, lower-case hex.</summary>
    public required IReadOnlyDictionary<string, string> Files { get; init; }

    /// <summary>The manifest's <c>exported</c>: {at, by, filter}, filter null where nothing was left out.</summary>
    public static BodyWriter Exported(BundleExport export)
    {
        var exported = new BodyWriter().Add("at", EntryTime.Format(EntryTime.FromDate(export.At))).Add("by", export.By);
        return export.Filter is { Length: > 0 } filter ? exported.Add("filter", filter) : exported.AddNull("filter");
    }

    /// <summary>The canonical bytes.</summary>
    public static byte[] Write(
        BundleProof proof, Checkpoint checkpoint, ulong count, BodyWriter exported, IReadOnlyDictionary<string, string> hashes)
    {
        var files = new BodyWriter();
        foreach (var (name, hash) in hashes)
            files.Add(name, hash);
        return new BodyWriter()
            .Add("format", BundleFiles.Format)
            .Add("trail", proof.Trail.ToString())
            .Add("head", new BodyWriter().Add("n", (long)count).Add("index", (long)proof.HeadPosition).Add("proof", Base64(proof.HeadProof)))
            .Add("heads_header", Convert.ToBase64String(proof.HeadsHeader.Span))
            .Add("heads_body", Encoding.UTF8.GetString(proof.HeadsBody.Span))
            .Add("heads_salt", Convert.ToBase64String(proof.HeadsSalt.Span))
            .Add("heads_index", (long)proof.HeadsIndex)
            .Add("heads_proof", Base64(proof.HeadsProof))
            .Add("consistency", Base64(proof.Consistency))
            .Add("origin", checkpoint.Origin)
            .Add("size", (long)checkpoint.Size)
            .Add("exported", exported)
            .Add("files", files)
            .ToBytes(ManifestReader.MaxBytes);
    }

    private static string[] Base64(IReadOnlyList<byte[]> hashes) => [.. hashes.Select(hash => Convert.ToBase64String(hash))];
}
