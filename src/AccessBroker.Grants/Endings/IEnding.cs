using AccessBroker.Access;

namespace AccessBroker.Grants;

/// <summary>Something that protects the customer and has already taken effect in memory; only its record is still to be written.</summary>
internal interface IEnding
{
    /// <summary>The grant, session or request that it ends.</summary>
    Guid About { get; }

    DateTimeOffset At { get; }

    /// <summary>Writes rows and entries. Writing what is written already changes nothing.</summary>
    RecordedChange.Change<EndingRecord> Write { get; }
}

/// <param name="EntryIndex">Of the entry; null where somebody else had ended it before.</param>
internal sealed record EndingRecord(long? EntryIndex);
