using System.Text;
using System.Text.Json;
using AccessBroker.TransparencyLog;

namespace AccessBroker.Evidence;

/// <summary>
/// restores.json: <c>{"restores":[{"body": string, "header": base64, "index": number, "proof": [base64], "salt": base64}]}</c>, one
/// for each restore from backup, in order. Only in evidence of a log that was ever restored.
/// </summary>
internal static class RestoresFile
{
    private const int MaxBytes = 4 * 1024 * 1024;
    private static readonly string[] Fields = ["body", "header", "index", "proof", "salt"];

    public static byte[] Write(IReadOnlyList<RestoreProof> restores) => new BodyWriter().Add("restores", [.. restores.Select(restore => new BodyWriter()
        .Add("body", Encoding.UTF8.GetString(restore.Body.Span)).Add("header", Convert.ToBase64String(restore.Header.Span)).Add("index", (long)restore.Index)
        .Add("proof", [.. restore.Proof.Select(Convert.ToBase64String)]).Add("salt", Convert.ToBase64String(restore.Salt.Span)))]).ToBytes(MaxBytes);

    /// <summary>What the restores say, each proved to stand in the checkpoint's tree, each going on where the one before left off.</summary>
    /// <exception cref="EvidenceException">One is not proved, or they do not lead to the checkpoint's origin.</exception>
    public static IReadOnlyList<RestoreBody> Read(BundleReader files, Checkpoint checkpoint)
    {
        if (!files.Has(BundleFiles.Restores))
            return [];
        try
        {
            using var json = JsonDocument.Parse(CanonicalJson.Canonicalize(files.ReadAll(BundleFiles.Restores, MaxBytes), MaxBytes));
            List<RestoreBody> restores = [.. json.RootElement.GetProperty("restores").EnumerateArray().Select(element => Prove(element, checkpoint))];
            for (var i = 0; i < restores.Count; i++)
            {
                var next = i + 1 < restores.Count ? restores[i + 1].OldOrigin : checkpoint.Origin;
                if (restores[i].Origin != next)
                    throw Bad($"restores[{i}]", $"goes on as {restores[i].Origin}, and what follows is of {next}");
            }
            return restores;
        }
        catch (Exception e) when (e is CanonicalJsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw Bad(null, $"is not a list of restores: {e.Message}");
        }
    }

    private static RestoreBody Prove(JsonElement element, Checkpoint checkpoint)
    {
        if (!element.EnumerateObject().Select(member => member.Name).SequenceEqual(Fields)) // canonical: sorted, none twice
            throw Bad(null, "has an entry with other fields than " + string.Join(", ", Fields));
        var index = element.GetProperty("index").GetUInt64();
        var (header, salt) = (Bytes(element.GetProperty("header")), Bytes(element.GetProperty("salt")));
        var body = Encoding.UTF8.GetBytes(element.GetProperty("body").GetString()!);
        if (!EntryHeader.TryRead(header, out var read, out var error))
            throw Bad("header", error, index);
        if (read.Class != EntryClass.Key)
            throw Bad("header", $"is of class {(int)read.Class}, a restore is of class {(int)EntryClass.Key}", index);
        if (salt.Length != Commitment.SaltSize || Commitment.Compute(salt, body) != read.Commit)
            throw Bad("body", "does not fit the commitment in its header", index);
        List<byte[]> proof = [.. element.GetProperty("proof").EnumerateArray().Select(Bytes)];
        if (proof.Any(hash => hash.Length != Merkle.HashSize) || !InclusionProof.Verify(index, checkpoint.Size, Merkle.HashLeaf(header), proof, checkpoint.Root))
            throw Bad("proof", "does not lead from its header to the signed root: this restore does not stand in the log", index);
        if (!RestoreBody.TryParse(body, out var restore, out error))
            throw Bad("body", error, index);
        return restore.RestoredSize <= index ? restore : throw Bad("body", $"states a restored size of {restore.RestoredSize}, after itself", index);
    }

    private static byte[] Bytes(JsonElement base64)
    {
        var bytes = base64.GetBytesFromBase64();
        return Convert.ToBase64String(bytes) == base64.GetString() ? bytes : throw new FormatException("base64 that is not canonical");
    }

    private static EvidenceException Bad(string? field, string reason, ulong? index = null) => new(BundleFiles.Restores, field, index, reason);
}
