using System.Security.Cryptography;
using System.Text.Json;
using AccessBroker.Evidence;

namespace AccessBroker.Audit;

/// <summary>An entry as it lies in a bundle.</summary>
/// <param name="HeaderBytes">160 bytes.</param>
/// <param name="SealedBody">Empty where erased.</param>
public sealed record StoredEntry(long Index, EntryHeader Header, ReadOnlyMemory<byte> HeaderBytes, ReadOnlyMemory<byte> SealedBody)
{
    /// <exception cref="InvalidDataException">The stored bytes are no headers: someone changed the row.</exception>
    public static IEnumerable<StoredEntry> In(Bundle bundle)
    {
        if (bundle.Headers.Length != bundle.Count * EntryHeader.Size)
            throw new InvalidDataException($"The bundle at {bundle.FirstIndex} says {bundle.Count} entries and holds {bundle.Headers.Length} bytes of headers.");
        var bodies = bundle.Bodies.Length == 0 ? null : SealedBodies.Split(bundle.Bodies, bundle.Count);
        for (var i = 0; i < bundle.Count; i++)
        {
            var bytes = bundle.Headers.AsMemory(i * EntryHeader.Size, EntryHeader.Size);
            if (!EntryHeader.TryRead(bytes.Span, out var header, out var error))
                throw new InvalidDataException($"The header of entry {bundle.FirstIndex + i} cannot be read: {error}");
            yield return new StoredEntry(bundle.FirstIndex + i, header, bytes, bodies?[i] ?? default);
        }
    }

    /// <returns>Salt and body; null where erased.</returns>
    /// <exception cref="InvalidDataException">The sealed bytes are not those that were stored for this entry.</exception>
    public (byte[] Salt, byte[] Body)? Open(IDataKeys keys)
    {
        try
        {
            return SealedBodies.Open(keys, Header.Id, SealedBody.Span);
        }
        catch (CryptographicException e)
        {
            throw new InvalidDataException($"The body of entry {Index} does not open: its bytes were changed, or are another entry's.", e);
        }
    }

    public static string? TenantOf(byte[]? body)
    {
        if (body is null)
            return null;
        using var json = JsonDocument.Parse(body);
        return json.RootElement.TryGetProperty("tenant", out var tenant) ? tenant.GetString() : null;
    }
}
