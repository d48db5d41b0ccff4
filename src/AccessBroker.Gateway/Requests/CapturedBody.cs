using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace AccessBroker.Gateway;

/// <summary>
/// A request body as far as the intent can state it: up to 64 KiB are read before, so that the intent holds their hash;
/// a larger one is hashed while it passes and its hash stands in the outcome.
/// </summary>
internal sealed class CapturedBody
{
    public const int Limit = 64 * 1024;

    private static readonly CapturedBody Nothing = new(ReadOnlyMemory<byte>.Empty, Sha256.OfNothing, null);

    private CapturedBody(ReadOnlyMemory<byte> bytes, string? hash, StreamDigest? passing) => (Bytes, Hash, Passing) = (bytes, hash, passing);

    /// <summary>The whole body where it was buffered.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>SHA-256 of the whole body, lower-case hexadecimal; null where it is too large to know before it passes.</summary>
    public string? Hash { get; }

    /// <summary>Digest of a body too large to buffer; null otherwise.</summary>
    public StreamDigest? Passing { get; }

    /// <summary>Reads the body, and puts what was read back in front of the request.</summary>
    /// <exception cref="BadHttpRequestException">The client sent less than it announced, too slowly, or nonsense; the server answers that.</exception>
    public static ValueTask<CapturedBody> CaptureAsync(HttpContext context, TimeProvider time)
    {
        // After an upgrade there is no body, only the other protocol's bytes.
        if (context.Features.Get<IHttpRequestBodyDetectionFeature>() is not { CanHaveBody: true }
            || context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true })
        {
            return ValueTask.FromResult(Nothing);
        }

        return ReadAsync(context, time);
    }

    private static async ValueTask<CapturedBody> ReadAsync(HttpContext context, TimeProvider time)
    {
        var request = context.Request;
        if (request.ContentLength > Limit)
            return Pass(context, ReadOnlyMemory<byte>.Empty, time);

        var rented = ArrayPool<byte>.Shared.Rent((int)(request.ContentLength ?? Limit) + 1);
        try
        {
            var length = 0;
            while (length <= Limit)
            {
                var read = await request.Body.ReadAsync(rented.AsMemory(length, Math.Min(rented.Length, Limit + 1) - length), context.RequestAborted);
                if (read == 0)
                    break;
                length += read;
            }

            // A copy of its own: the forwarder may still read from it when this request is long answered.
            var bytes = rented.AsSpan(0, length).ToArray();
            if (length > Limit)
                return Pass(context, bytes, time);
            request.Body = new MemoryStream(bytes, writable: false);
            return new CapturedBody(bytes, Sha256.Of(bytes), null);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private static CapturedBody Pass(HttpContext context, ReadOnlyMemory<byte> begun, TimeProvider time)
    {
        var digest = new StreamDigest(time);
        context.Request.Body = new DigestingReadStream(begun, context.Request.Body, digest);
        return new CapturedBody(ReadOnlyMemory<byte>.Empty, null, digest);
    }
}
