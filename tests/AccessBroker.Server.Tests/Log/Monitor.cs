using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using NSec.Cryptography;

namespace AccessBroker.Server.Tests.Log;

/// <summary>
/// Somebody who watches the log and shares no code with it: written from C2SP tlog-tiles, signed-note and RFC 6962, with libsodium
/// for the signature.
/// </summary>
internal sealed class Monitor(HttpClient http, string vkey)
{
    /// <summary>Fetches the newest checkpoint and checks the log's own signature on it.</summary>
    public async Task<(long Size, byte[] Root, string Note)> CheckpointAsync()
    {
        using var response = await http.GetAsync("/log/checkpoint");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/plain; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        var note = await response.Content.ReadAsStringAsync();
        var lines = note.Split('\n');
        var parts = vkey.Trim().Split('+', 3);
        Assert.Equal(parts[0], lines[0]);
        Assert.Equal("", lines[3]);
        var signature = Convert.FromBase64String(lines.Single(line => line.StartsWith($"— {parts[0]} ", StringComparison.Ordinal)).Split(' ')[2]);
        Assert.Equal(parts[1], Convert.ToHexStringLower(signature.AsSpan(0, 4)));
        var key = PublicKey.Import(SignatureAlgorithm.Ed25519, Convert.FromBase64String(parts[2]).AsSpan(1), KeyBlobFormat.RawPublicKey);
        Assert.True(SignatureAlgorithm.Ed25519.Verify(key, Encoding.UTF8.GetBytes(string.Join('\n', lines[..3]) + "\n"), signature.AsSpan(4)));
        return (long.Parse(lines[1], CultureInfo.InvariantCulture), Convert.FromBase64String(lines[2]), note);
    }

    /// <summary>All leaf hashes of a tree of this size, out of level-0 tiles.</summary>
    public async Task<List<byte[]>> LeavesAsync(long size) => await HashesAsync(0, size);

    /// <summary>All hashes of a level in a tree of this size, with the partial tile that the size requires.</summary>
    public async Task<List<byte[]>> HashesAsync(int level, long size)
    {
        var hashes = new List<byte[]>();
        for (long n = 0, count = size >> (8 * level); n * 256 < count; n++)
        {
            var width = (int)Math.Min(256, count - n * 256);
            var path = $"/log/tile/{level}/{Index(n)}{(width == 256 ? "" : $".p/{width}")}";
            using var response = await http.GetAsync(path);
            Assert.True(response.StatusCode == HttpStatusCode.OK, $"{path}: {response.StatusCode}");
            Assert.Equal("application/octet-stream", response.Content.Headers.ContentType?.ToString());
            Assert.Contains("immutable", response.Headers.CacheControl?.ToString(), StringComparison.Ordinal);
            var tile = await response.Content.ReadAsByteArrayAsync();
            Assert.Equal(width * 32, tile.Length);
            hashes.AddRange(tile.Chunk(32));
        }
        return hashes;
    }

    /// <summary>MTH of RFC 6962, section 2.1, word for word.</summary>
    public static byte[] Root(IReadOnlyList<byte[]> leaves, int from = 0, int? until = null)
    {
        var n = (until ?? leaves.Count) - from;
        if (n == 0) return SHA256.HashData([]);
        if (n == 1) return leaves[from];
        var k = 1;
        while (k * 2 < n) k *= 2;
        return SHA256.HashData([1, .. Root(leaves, from, from + k), .. Root(leaves, from + k, from + n)]);
    }

    private static string Index(long n)
    {
        var index = (n % 1000).ToString("000", CultureInfo.InvariantCulture);
        for (n /= 1000; n > 0; n /= 1000) index = $"x{n % 1000:000}/{index}";
        return index;
    }
}
