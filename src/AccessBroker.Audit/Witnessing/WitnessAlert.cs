using AccessBroker.Evidence;

namespace AccessBroker.Audit;

/// <summary>What the log itself says of its witnesses.</summary>
internal static class WitnessAlert
{
    /// <summary>A witness cosigned more entries than there are. Sizes are text: they may exceed what a body's numbers hold.</summary>
    public static EntryDraft Ahead(string witness, ulong theirs, long ours, DateTimeOffset now) => new(
        EntryClass.Event, TrailId.System, Guid.CreateVersion7(now), Guid.Empty,
        new BodyWriter()
            .Add("kind", "alert.witness_ahead").Add("actor", TrailId.System).Add("tenant", TrailId.System)
            .Add("witness", witness).Add("witness_size", theirs.ToString(System.Globalization.CultureInfo.InvariantCulture)).Add("size", ours).ToBytes());
}
