using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Helpdesk.Attachments;

/// <summary>A photograph of the misprinted label, so to say: a bar code whose right third is shifted. PNG, 8-bit grey, 320 × 160.</summary>
internal static class LabelImage
{
    private const int Width = 320;
    private const int Height = 160;

    public static byte[] Png()
    {
        using var file = new MemoryStream();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);

        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, Width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), Height);
        header[8] = 8; // bits a sample; the zeros after it: grey, deflate, no filter method, not interlaced
        WriteChunk(file, "IHDR", header);

        using var pixels = new MemoryStream();
        // Stored, not compressed: compressed bytes may differ between versions of zlib, and the hash must stay.
        using (var zlib = new ZLibStream(pixels, CompressionLevel.NoCompression, leaveOpen: true))
            for (var y = 0; y < Height; y++)
                zlib.Write(Row(y));
        WriteChunk(file, "IDAT", pixels.ToArray());
        WriteChunk(file, "IEND", []);
        return file.ToArray();
    }

    private static byte[] Row(int y)
    {
        var row = new byte[Width + 1]; // the first byte is the row's filter: none
        for (var x = 0; x < Width; x++)
        {
            var top = x < Width * 2 / 3 ? 30 : 44;
            var bar = (x * 7 + x / 5 * 3) % 11 < 5;
            row[x + 1] = y >= top && y < top + 90 && x is > 16 and < Width - 16 && bar ? (byte)24 : (byte)244;
        }
        return row;
    }

    /// <summary>Length, type, data and CRC-32 over type and data (PNG, third edition, section 5.3).</summary>
    private static void WriteChunk(Stream file, string type, byte[] data)
    {
        byte[] body = [.. Encoding.ASCII.GetBytes(type), .. data];
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        file.Write(body);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc32(body));
        file.Write(number);
    }

    private static uint Crc32(byte[] data)
    {
        var crc = uint.MaxValue;
        foreach (var value in data)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) == 0 ? crc >> 1 : crc >> 1 ^ 0xEDB88320;
        }
        return ~crc;
    }
}
