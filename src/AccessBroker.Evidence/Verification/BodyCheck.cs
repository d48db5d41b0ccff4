using System.Text.Json;

namespace AccessBroker.Evidence;

/// <summary>
/// The rules for bodies: canonical, not too long, bound to the header by the commitment; a missing one must be
/// covered by an erase or prune entry, a withheld one belongs to a filtered export.
/// </summary>
internal sealed class BodyCheck(bool filtered, EntryIds ids)
{
    private readonly PrunedRanges _pruned = new();

    public ulong Verified { get; private set; }
    public ulong Erased { get; private set; }
    public ulong Withheld { get; private set; }

    /// <summary>Checks one line of bodies.jsonl against its header and salt, and reads its members, so that each body is gone through once.</summary>
    public BodyState Add(in EntryHeader header, ReadOnlySpan<byte> line, ReadOnlySpan<byte> salt, BodyMembers members)
    {
        var state = line.SequenceEqual(BundleFiles.NullLine) ? BodyState.Erased
            : line.SequenceEqual(BundleFiles.WithheldLine) ? BodyState.Withheld
            : BodyState.Present;
        if (state == BodyState.Present)
        {
            Present(header, line, salt, members);
        }
        else
        {
            members.Clear();
            Absent(header, state, salt);
        }
        return state;
    }

    /// <summary>After the last entry: ids that are not what they should be, or a missing body that no entry accounts for.</summary>
    public void Complete()
    {
        if (ids.Complete(_pruned.Contains) is { } fault)
            throw new EvidenceException(fault.IsAbsence ? BundleFiles.Bodies : BundleFiles.Headers, null, fault.Entry, fault.Reason);
    }

    private void Present(in EntryHeader header, ReadOnlySpan<byte> body, ReadOnlySpan<byte> salt, BodyMembers members)
    {
        if (Commitment.Compute(salt, body) != header.Commit)
        {
            throw new EvidenceException(BundleFiles.Bodies, null, header.Seq,
                "its body does not fit the commitment in its header: body, salt (salts.bin) or header was changed");
        }
        string error;
        if (body.Length > CanonicalJson.MaxBytes || !members.TryReadCanonical(body))
        {
            if (!CanonicalJson.IsCanonical(body, out error))
                throw new EvidenceException(BundleFiles.Bodies, null, header.Seq, $"its body {error}");
            members.Read(body);
        }
        if (body[0] != (byte)'{')
            throw new EvidenceException(BundleFiles.Bodies, null, header.Seq, "its body is not a JSON object");
        if (header.Class == EntryClass.Heads && !HeadsBody.TryParse(body, out _, out error))
            throw new EvidenceException(BundleFiles.Bodies, null, header.Seq, error);
        if (header.Class == EntryClass.Prune)
            Prune(header, body);
        if (header.Class == EntryClass.Erase)
            ids.Add(new IdRecord(IdClaim.Erased, 0, header.Seq, header.Ref));
        Verified++;
    }

    private void Absent(in EntryHeader header, BodyState state, ReadOnlySpan<byte> salt)
    {
        if (header.Class is not (EntryClass.Intent or EntryClass.Outcome or EntryClass.Event))
        {
            throw new EvidenceException(BundleFiles.Bodies, null, header.Seq,
                $"its body is {(state == BodyState.Erased ? "null" : "withheld")}, but bodies of class {(int)header.Class} are never removed or left out");
        }
        if (salt.ContainsAnyExcept((byte)0))
            throw new EvidenceException(BundleFiles.Salts, null, header.Seq, "its salt is not zeros although its body is not there");
        if (state == BodyState.Erased)
        {
            Erased++;
            ids.Add(new IdRecord(IdClaim.Absent, 0, header.Seq, header.Id));
        }
        else if (filtered)
            Withheld++;
        else
            throw new EvidenceException(BundleFiles.Bodies, null, header.Seq, "its body is withheld, but manifest.json exported.filter says that nothing was left out");
    }

    private void Prune(in EntryHeader header, ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body);
        using var document = JsonDocument.ParseValue(ref reader);
        if (!document.RootElement.TryGetProperty("from_seq", out var from) || !document.RootElement.TryGetProperty("to_seq", out var to)
            || from.ValueKind != JsonValueKind.Number || to.ValueKind != JsonValueKind.Number
            || !from.TryGetUInt64(out var first) || !to.TryGetUInt64(out var last) || first > last || last >= header.Seq)
        {
            throw new EvidenceException(BundleFiles.Bodies, null, header.Seq, "it prunes, but its from_seq and to_seq are no range of earlier entries");
        }
        _pruned.Add(first, last);
    }
}
