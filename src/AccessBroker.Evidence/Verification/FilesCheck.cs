using System.Text;
using AccessBroker.TransparencyLog;

namespace AccessBroker.Evidence;

/// <summary>
/// What the proofs do not cover: every file is listed with its hash and no other is there, the keys are keys, and
/// the manifest is the one sequence of bytes that says what it says. Runs last: whoever rewrites a bundle also
/// rewrites these hashes, and must already have been caught by the proofs.
/// </summary>
internal static class FilesCheck
{
    public static void Run(BundleReader files, BundleManifest manifest, byte[] manifestBytes, List<string> held)
    {
        foreach (var name in files.Names.Order(StringComparer.Ordinal))
        {
            if (name != BundleFiles.Manifest && !manifest.Files.ContainsKey(name))
                throw new EvidenceException(name, null, null, "is not listed in manifest.json files: it was added later, or its name was changed");
        }
        if (files.Has(BundleFiles.Keys))
            Keys(files);
        foreach (var (name, hash) in manifest.Files.OrderBy(file => file.Key, StringComparer.Ordinal))
        {
            if (files.Hash(name) != hash)
                throw new EvidenceException(name, null, null, "its SHA-256 is not the one in manifest.json files: the file was changed");
        }
        if (!CanonicalJson.IsCanonical(manifestBytes, ManifestReader.MaxBytes, out var error))
            throw new EvidenceException(BundleFiles.Manifest, null, null, error);
        Exported(files, manifest);
        held.Add($"All {manifest.Files.Count} files are there as manifest.json lists them, and no other.");
    }

    /// <summary>A verifier key's id is a hash of its other parts, so a changed character shows.</summary>
    private static void Keys(BundleReader files)
    {
        var lines = Encoding.UTF8.GetString(files.ReadAll(BundleFiles.Keys, 1 << 20)).Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            if (!(i == lines.Length - 1 && lines[i].Length == 0) && !VerifierKey.TryParse(lines[i], out _, out var error))
                throw new EvidenceException(BundleFiles.Keys, $"line {i + 1}", null, error);
        }
    }

    /// <summary>Who exported, and when, is not proved; but the README, which is hashed, repeats it.</summary>
    private static void Exported(BundleReader files, BundleManifest manifest)
    {
        if (!files.Has(BundleFiles.Readme) || files.Length(BundleFiles.Readme) > 1 << 20)
            return;
        var copy = Encoding.UTF8.GetString(files.ReadAll(BundleFiles.Readme, 1 << 20)).Split('\n')
            .FirstOrDefault(line => line.StartsWith(BundleReadme.ExportedLine, StringComparison.Ordinal));
        if (copy is not null && copy[BundleReadme.ExportedLine.Length..] != manifest.ExportedJson)
            throw new EvidenceException(BundleFiles.Manifest, "exported", null, "differs from what README.txt says of the export");
    }
}
