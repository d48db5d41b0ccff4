using System.Globalization;

namespace AccessBroker.TransparencyLog;

/// <summary>Where a tile or entry bundle is served (C2SP tlog-tiles, "Merkle Tree" and "Log entries").</summary>
/// <param name="Level">0–63, or <see cref="Entries"/>.</param>
/// <param name="Index">The tile's place on its level.</param>
/// <param name="Width">Hashes or entries in it, 1–256; below 256 it is partial.</param>
public readonly record struct TilePath(int Level, ulong Index, int Width = TilePath.FullWidth)
{
    /// <summary>Hashes in a full tile.</summary>
    public const int FullWidth = 256;

    /// <summary>The level that stands for entry bundles instead of hashes.</summary>
    public const int Entries = -1;

    private const string PartialMark = ".p";

    /// <summary>The partial tile of a level in a tree of <paramref name="size"/> leaves: floor(size / 256^level) mod 256 hashes, 0 for none.</summary>
    public static int PartialWidth(int level, ulong size) => (int)(Above(level, size) % FullWidth);

    /// <summary>The number of full tiles of a level in a tree of <paramref name="size"/> leaves.</summary>
    public static ulong FullTiles(int level, ulong size) => Above(level, size) / FullWidth;

    /// <summary>For instance <c>tile/0/x001/x234/067</c>, <c>tile/1/000.p/3</c> or <c>tile/entries/000</c>.</summary>
    public override string ToString()
    {
        var digits = Index.ToString(CultureInfo.InvariantCulture);
        digits = digits.PadLeft((digits.Length + 2) / 3 * 3, '0');
        var groups = digits.Chunk(3).Select(group => new string(group)).ToArray();
        var index = string.Join('/', groups[..^1].Select(group => "x" + group).Append(groups[^1]));
        var level = Level == Entries ? "entries" : Level.ToString(CultureInfo.InvariantCulture);
        var partial = Width == FullWidth ? "" : string.Create(CultureInfo.InvariantCulture, $"{PartialMark}/{Width}");
        return $"tile/{level}/{index}{partial}";
    }

    /// <summary>Reads a path that <see cref="ToString"/> wrote; every other text, a second spelling included, is false.</summary>
    public static bool TryParse(string? text, out TilePath path)
    {
        path = default;
        if (text?.Split('/') is not ["tile", var level, .. { Length: > 0 } rest] || !TryParseLevel(level, out var l))
            return false;
        var width = FullWidth;
        if (rest is [.. var whole, var last, var partial] && last.EndsWith(PartialMark, StringComparison.Ordinal))
        {
            if (!int.TryParse(partial, NumberStyles.None, CultureInfo.InvariantCulture, out width) || width is < 1 or >= FullWidth)
                return false;
            rest = [.. whole, last[..^PartialMark.Length]];
        }
        var digits = string.Concat(rest.Select(group => group.TrimStart('x')));
        if (!ulong.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var index))
            return false;
        path = new TilePath(l, index, width);
        return path.ToString() == text;
    }

    private static bool TryParseLevel(string text, out int level)
    {
        level = Entries;
        return text == "entries" || int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out level) && level <= 63;
    }

    // Hashes of a level; entry bundles are cut like level 0, and 256^8 leaves are more than 64 bits count.
    private static ulong Above(int level, ulong size) => level > 7 ? 0 : size >> (8 * Math.Max(level, 0));
}
