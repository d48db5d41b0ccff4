using System.Globalization;
using System.Text;

namespace AccessBroker.Evidence;

/// <summary>
/// The body of a heads entry, the only one without actor and tenant; exactly
/// <c>{"kind":"log.heads","root":"&lt;base64&gt;","trails":&lt;number&gt;}</c>.
/// </summary>
/// <param name="Root">RFC 6962 root over all head records, see <see cref="HeadRecord"/>.</param>
/// <param name="Trails">How many there are.</param>
public readonly record struct HeadsBody(Hash32 Root, long Trails)
{
    /// <summary>The canonical bytes.</summary>
    public byte[] ToBytes() => Encoding.ASCII.GetBytes(
        string.Create(CultureInfo.InvariantCulture, $$"""{"kind":"log.heads","root":"{{Root}}","trails":{{Trails}}}"""));

    /// <summary>Reads the body; anything but exactly the form above is refused.</summary>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out HeadsBody body, out string error)
    {
        var before = """{"kind":"log.heads","root":" """u8[..^1];
        var between = "\",\"trails\":"u8;
        body = default;
        error = "the heads body is not exactly {\"kind\":\"log.heads\",\"root\":\"<base64>\",\"trails\":<number>}";
        if (!utf8.StartsWith(before) || utf8.Length < before.Length + 44 + between.Length + 2)
            return false;
        var root = Encoding.Latin1.GetString(utf8.Slice(before.Length, 44));
        var trails = utf8[(before.Length + 44 + between.Length)..^1];
        if (!Hash32.TryParseBase64(root, out var hash)
            || !long.TryParse(trails, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            || !utf8.SequenceEqual(new HeadsBody(hash, count).ToBytes()))
            return false;
        body = new HeadsBody(hash, count);
        error = "";
        return true;
    }
}
