using System.Buffers.Text;

namespace AccessBroker.Evidence;

/// <summary>
/// Entries as JSON, one object a line. The header is there whole, in base64 for whoever wants to hash it and in fields for whoever wants to
/// read it; the body is the exact one, or null where it was erased or pruned.
/// </summary>
/// <param name="member">What the body is called: <c>body</c> where it is whole.</param>
internal sealed class NdjsonFile(Stream output, string member = "body")
{
    private readonly JsonLine _json = new();
    private readonly TableEntry _entry = new();
    private readonly byte[] _beforeBody = System.Text.Encoding.ASCII.GetBytes($",\"{member}\":");

    public void Write(ulong index, ReadOnlySpan<byte> headerBytes, in EntryHeader header, BodyState state, ReadOnlySpan<byte> body)
    {
        _json.Clear();
        Span<byte> base64 = stackalloc byte[Base64.GetMaxEncodedToUtf8Length(EntryHeader.Size)];
        Base64.EncodeToUtf8(headerBytes, base64, out _, out var length);
        _entry.Set(Hash32.OfLeaf(headerBytes), header, BodyState.Erased, default); // the body goes in whole, below
        _json.Open().Add("idx"u8, (long)index).Add("leaf"u8, _entry.Leaf).Add("seq"u8, (long)header.Seq)
            .Add("time"u8, _entry.Time).Add("class"u8, _entry.Class).Add("id"u8, _entry.Id).Add("ref"u8, _entry.Ref).Add("trail"u8, _entry.Trail)
            .Add("node"u8, header.Node).Add("boot"u8, header.Boot).Add("header"u8, base64[..length]);
        _json.Raw(_beforeBody).Raw(state == BodyState.Present ? body : "null"u8);
        output.Write(_json.Raw("}\n"u8).Written);
    }
}
