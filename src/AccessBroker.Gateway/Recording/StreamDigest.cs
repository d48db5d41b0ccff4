using System.Security.Cryptography;

namespace AccessBroker.Gateway;

/// <summary>Bytes and SHA-256 of a stream as it passes. One writer at a time; the time of the last byte may be read by any thread.</summary>
internal sealed class StreamDigest(TimeProvider time)
{
    private IncrementalHash? _hash;
    private long _lastByteTicks = time.GetUtcNow().UtcTicks;

    public long Bytes { get; private set; }

    /// <summary>When the last byte passed; before the first, when the stream was opened.</summary>
    public DateTimeOffset LastByteAt => new(Volatile.Read(ref _lastByteTicks), TimeSpan.Zero);

    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            return;
        _hash ??= HashPool.Rent();
        _hash.AppendData(bytes);
        Bytes += bytes.Length;
        Volatile.Write(ref _lastByteTicks, time.GetUtcNow().UtcTicks);
    }

    /// <summary>Lower-case hexadecimal SHA-256 of all that passed. Call it once, at the end.</summary>
    public string Finish()
    {
        if (_hash is null)
            return Sha256.OfNothing;
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        _hash.GetHashAndReset(hash);
        HashPool.Return(_hash);
        _hash = null;
        return Convert.ToHexStringLower(hash);
    }
}
