using AccessBroker.Audit;
using AccessBroker.Evidence;

namespace AccessBroker.Storage;

/// <summary>Bodies that record rotations of keys which sign nothing: events, on the trail of whom the key belongs to.</summary>
internal static class KeyEntries
{
    /// <param name="by">The operating-system user who ran the rotation.</param>
    public static EntryDraft EncryptionRotated(string from, string to, string by, Guid id) =>
        Draft(TrailId.System, id, Body("admin.encryption_key.rotated", TrailId.System, by).Add("from", from).Add("to", to));

    /// <param name="owner">As in <see cref="DataKeyOwners"/>.</param>
    public static EntryDraft DataKeyRotated(string owner, int generation, string by, Guid id)
    {
        var tenant = owner.StartsWith(DataKeyOwners.Tenant(""), StringComparison.Ordinal) ? owner[DataKeyOwners.Tenant("").Length..] : TrailId.System;
        return Draft(tenant, id, Body("admin.data_key.rotated", tenant, by).Add("owner", owner).Add("generation", generation));
    }

    private static BodyWriter Body(string kind, string tenant, string by) =>
        new BodyWriter().Add("kind", kind).Add("actor", TrailId.System).Add("tenant", tenant).Add("by", by);

    private static EntryDraft Draft(string tenant, Guid id, BodyWriter body) => new(EntryClass.Event, tenant, id, Guid.Empty, body.ToBytes());
}
