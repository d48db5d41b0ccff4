using AccessBroker.Audit;
using AccessBroker.Evidence;

namespace Bench.Audit;

/// <summary>An entry as the gateway writes it for a request.</summary>
internal static class Payload
{
    /// <summary>What such an entry takes in a bundle: length, key id, nonce, salt, body, tag.</summary>
    public static int SealedLength { get; } = 4 + 4 + 12 + 32 + Draft().Body.Length + 16;

    /// <summary>The body of such an entry.</summary>
    public static byte[] Body { get; } = Draft().Body.ToArray();

    public static EntryDraft Draft() => new(
        EntryClass.Intent, "acme", Guid.CreateVersion7(TimeProvider.System.GetUtcNow()), Guid.Empty,
        new BodyWriter().Add("kind", "http.intent").Add("actor", "00000000-0000-7000-8000-000000000001").Add("tenant", "acme")
            .Add("grant", "00000000-0000-7000-8000-000000000002").Add("session", "00000000-0000-7000-8000-000000000003").Add("target", "bench")
            .Add("scope_hash", "woWMrbvmeA82o88Bz_eunrjTXjaPTMaqU4Oa6Zu5H3Q").Add("method", "GET").Add("host", "acme--bench.localhost:8480")
            .Add("path", "/orgs/acme/items/4711").Add("operation", "items.read").Add("ip", "127.0.0.1").Add("user_agent", "bench").ToBytes());
}
