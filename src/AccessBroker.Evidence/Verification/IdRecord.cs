using System.Runtime.InteropServices;

namespace AccessBroker.Evidence;

/// <summary>Something that an entry says of an id.</summary>
internal enum IdClaim : byte
{
    /// <summary>It is this entry's, which is no intent.</summary>
    Entry,

    /// <summary>It is this entry's, an intent.</summary>
    Intent,

    /// <summary>It is an intent's whose outcome was seen.</summary>
    EndedIntent,

    /// <summary>The intent with this id has its outcome in this entry.</summary>
    Outcome,

    /// <summary>It is this entry's, and its body is not there.</summary>
    Absent,

    /// <summary>The entry with this id was erased, says this entry.</summary>
    Erased,
}

/// <param name="Trail">Its number among the trails of this verification.</param>
/// <param name="Entry">Which entry says it: its seq, in a whole log its index.</param>
internal readonly record struct IdRecord(IdClaim Claim, int Trail, ulong Entry, Guid Id)
{
    public IdKey Key => new(Trail, Id);
}

/// <summary>An id within its trail.</summary>
internal readonly record struct IdKey(int Trail, Guid Id)
{
    /// <summary>Seeded for each process: whoever writes a log cannot choose ids that all fall into one bucket, or one part.</summary>
    public override int GetHashCode()
    {
        var id = Id;
        var halves = MemoryMarshal.Cast<Guid, ulong>(MemoryMarshal.CreateReadOnlySpan(ref id, 1));
        return HashCode.Combine(Trail, halves[0], halves[1]);
    }
}

/// <param name="Entry">The entry that breaks a rule: its seq, in a whole log its index.</param>
/// <param name="Reason">A clause that follows the place.</param>
/// <param name="IsAbsence">It is its body that is wrong, not its header.</param>
internal sealed record IdFault(ulong Entry, string Reason, bool IsAbsence)
{
    /// <summary>The one to report: headers before bodies, then the earlier entry.</summary>
    public static IdFault? Earlier(IdFault? one, IdFault? other) =>
        one is null ? other
        : other is null || (one.IsAbsence, one.Entry).CompareTo((other.IsAbsence, other.Entry)) <= 0 ? one
        : other;
}
