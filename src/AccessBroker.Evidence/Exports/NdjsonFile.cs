using AccessBroker.TransparencyLog;

namespace AccessBroker.Evidence;

/// <summary>
/// Entries as JSON, one object a line. The header is there whole, in base64 for whoever wants to hash it and in fields for whoever wants to
/// read it; the body is the exact one, or null where it was erased or pruned.
/// </summary>
/// <param name="member">What the body is called: <c>body</c> where it is whole.</param>
internal sealed class NdjsonFile(Stream output, string member = "body")
{
    private readonly JsonLine _json = new();
    private readonly byte[] _beforeBody = System.Text.Encoding.ASCII.GetBytes($",\"{member}\":");

    public void Write(ulong index, ReadOnlySpan<byte> headerBytes, in EntryHeader header, BodyState state, ReadOnlySpan<byte> body)
    {
        _json.Clear();
        _json.Open().Add("idx", (long)index).Add("leaf", Convert.ToHexStringLower(Merkle.HashLeaf(headerBytes))).Add("seq", (long)header.Seq)
            .Add("time", EntryTime.Format(header.Time)).Add("class", header.Class.ToString().ToLowerInvariant()).Add("id", header.Id.ToString("D"))
            .Add("ref", header.Ref == Guid.Empty ? null : header.Ref.ToString("D")).Add("trail", Convert.ToBase64String(header.Trail.ToArray()))
            .Add("node", header.Node).Add("boot", header.Boot).Add("header", Convert.ToBase64String(headerBytes));
        _json.Raw(_beforeBody).Raw(state == BodyState.Present ? body : "null"u8);
        output.Write(_json.Raw("}\n"u8).Written);
    }
}
