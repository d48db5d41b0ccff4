using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using NSec.Cryptography;

namespace AccessBroker.Server.Tests.Log;

/// <summary>
/// A log that a test signs for: what a vendor could send to a witness, honestly or not. Shares no code with the witness: RFC 6962 and
/// C2SP tlog-witness written down, libsodium for the signature.
/// </summary>
internal sealed class SmallLog(string origin, int salt = 0) : IDisposable
{
    private readonly Key _key = new(SignatureAlgorithm.Ed25519);
    private readonly List<byte[]> _leaves = [.. Enumerable.Range(0, 64).Select(i => SHA256.HashData([0, (byte)i, (byte)(i < 20 ? 0 : salt)]))];

    public string Origin => origin;

    /// <summary>Another history from entry 20 on, under the same key.</summary>
    public SmallLog Fork() => new(this);

    private SmallLog(SmallLog forked) : this(forked.Origin, 1) => _key = forked._key;

    public string VKey => $"{origin}+{Convert.ToHexStringLower(KeyId)}+{Convert.ToBase64String([1, .. Public])}";

    private byte[] Public => _key.PublicKey.Export(KeyBlobFormat.RawPublicKey);

    private byte[] KeyId => SHA256.HashData([.. Encoding.UTF8.GetBytes(origin), (byte)'\n', 1, .. Public])[..4];

    public string Text(int size) => string.Create(CultureInfo.InvariantCulture, $"{origin}\n{size}\n{Convert.ToBase64String(Monitor.Root(_leaves, 0, size))}\n");

    public string Note(int size)
    {
        var signature = SignatureAlgorithm.Ed25519.Sign(_key, Encoding.UTF8.GetBytes(Text(size)));
        return $"{Text(size)}\n— {origin} {Convert.ToBase64String([.. KeyId, .. signature])}\n";
    }

    /// <summary>The body of add-checkpoint from one size to another.</summary>
    public string Request(int old, int size) => Request(old, size, old == 0 || old == size ? [] : Proof(old, 0, size, true));

    public string Request(int old, int size, IEnumerable<byte[]> proof) =>
        string.Create(CultureInfo.InvariantCulture, $"old {old}\n{string.Concat(proof.Select(hash => Convert.ToBase64String(hash) + "\n"))}\n{Note(size)}");

    /// <summary>Whether these are the witness' signature lines over the checkpoint of this size, and of about now.</summary>
    public bool IsCosigned(string lines, string witness, int size)
    {
        var key = witness.Split('+', 3);
        var line = lines.TrimEnd('\n').Split(' ');
        var bytes = Convert.FromBase64String(line[2]);
        var time = System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(bytes.AsSpan(4));
        var message = string.Create(CultureInfo.InvariantCulture, $"cosignature/v1\ntime {time}\n{Text(size)}");
        var pub = PublicKey.Import(SignatureAlgorithm.Ed25519, Convert.FromBase64String(key[2]).AsSpan(1), KeyBlobFormat.RawPublicKey);
        return line[0] == "—" && line[1] == key[0] && Convert.ToHexStringLower(bytes.AsSpan(0, 4)) == key[1]
            && Math.Abs(DateTimeOffset.FromUnixTimeSeconds((long)time).Subtract(TimeProvider.System.GetUtcNow()).TotalSeconds) < 60
            && SignatureAlgorithm.Ed25519.Verify(pub, Encoding.UTF8.GetBytes(message), bytes.AsSpan(12));
    }

    public void Dispose() => _key.Dispose();

    /// <summary>SUBPROOF of RFC 6962, section 2.1.2, word for word.</summary>
    private List<byte[]> Proof(int m, int from, int until, bool complete)
    {
        var n = until - from;
        if (m == n) return complete ? [] : [Monitor.Root(_leaves, from, until)];
        var k = 1;
        while (k * 2 < n) k *= 2;
        return m <= k
            ? [.. Proof(m, from, from + k, complete), Monitor.Root(_leaves, from + k, until)]
            : [.. Proof(m - k, from + k, until, false), Monitor.Root(_leaves, from, from + k)];
    }
}
