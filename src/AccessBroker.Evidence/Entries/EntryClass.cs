namespace AccessBroker.Evidence;

/// <summary>What an entry is for; byte 5 of its header. New classes may be added, none may change its number.</summary>
public enum EntryClass : byte
{
    /// <summary>Not a class: what an unset value holds. Never written.</summary>
    None = 0,

    /// <summary>Durable before an upstream sees one byte or a shell runs one command.</summary>
    Intent = 1,

    /// <summary>How an intent of the same trail ended; at most one for each.</summary>
    Outcome = 2,

    /// <summary>Anything else that happened: a request, a review, a sign-in, a denial.</summary>
    Event = 3,

    /// <summary>Commits to the count and head of every trail, just before a checkpoint; trail <c>_system</c>.</summary>
    Heads = 4,

    /// <summary>A change of signing key or origin.</summary>
    Key = 5,

    /// <summary>Bodies of a range of the trail were removed after their retention ended.</summary>
    Prune = 6,

    /// <summary>One body was erased; <c>ref</c> names the entry.</summary>
    Erase = 7,
}
