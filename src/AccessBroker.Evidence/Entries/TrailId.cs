using System.Security.Cryptography;
using System.Text;

namespace AccessBroker.Evidence;

/// <summary>
/// Names a customer's trail without naming the customer: a keyed hash, so that whoever holds a bundle, or all
/// headers, cannot test guesses of customer ids.
/// </summary>
public static class TrailId
{
    /// <summary>The trail of the deployment itself; not a possible customer id.</summary>
    public const string System = "_system";

    /// <summary>trail = HMAC-SHA256(deployment trail key, UTF-8 customer id).</summary>
    public static Hash32 Derive(ReadOnlySpan<byte> trailKey, string customerId)
    {
        ArgumentException.ThrowIfNullOrEmpty(customerId);
        Span<byte> mac = stackalloc byte[Hash32.Size];
        HMACSHA256.HashData(trailKey, Encoding.UTF8.GetBytes(customerId), mac);
        return new Hash32(mac);
    }

    /// <summary>
    /// What the first entry of a trail has for its <c>prev</c>:
    /// SHA-256("AccessBroker/trail/v1\n" ‖ first origin ‖ "\n" ‖ trail).
    /// </summary>
    /// <param name="firstOrigin">The log's origin at its creation; it outlives later changes of the origin.</param>
    /// <param name="trail">The trail.</param>
    public static Hash32 Genesis(string firstOrigin, Hash32 trail)
    {
        ArgumentException.ThrowIfNullOrEmpty(firstOrigin);
        return new Hash32(SHA256.HashData(
            [.. "AccessBroker/trail/v1\n"u8, .. Encoding.UTF8.GetBytes(firstOrigin), (byte)'\n', .. trail.ToArray()]));
    }
}
