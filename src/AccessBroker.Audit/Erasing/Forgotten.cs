using System.Text.Json;
using AccessBroker.Evidence;

namespace AccessBroker.Audit;

/// <summary>Bodies that one erase or prune entry says are gone, read back from its own body.</summary>
/// <param name="Trail">The entry's own trail; nothing of another is touched, whatever it says.</param>
/// <param name="FromIndex">Nothing before it is meant.</param>
/// <param name="ToIndex">Nothing after it is meant.</param>
/// <param name="Id">The erased entry; null for a pruned range.</param>
/// <param name="FromSeq">First seq of a pruned range.</param>
/// <param name="ToSeq">Last seq of a pruned range, included.</param>
internal sealed record Forgotten(Hash32 Trail, long FromIndex, long ToIndex, Guid? Id, ulong FromSeq, ulong ToSeq)
{
    /// <returns>Null where the entry is neither, or does not say where: then a reader has to look everywhere, and this one never wrote it.</returns>
    public static Forgotten? Read(StoredEntry entry, byte[] body)
    {
        if (entry.Header.Class is not (EntryClass.Erase or EntryClass.Prune))
            return null;
        using var json = JsonDocument.Parse(body);
        var root = json.RootElement;
        if (entry.Header.Class == EntryClass.Erase)
            return root.TryGetProperty("index", out var index) ? new Forgotten(entry.Header.Trail, index.GetInt64(), index.GetInt64(), entry.Header.Ref, 0, 0) : null;
        return root.TryGetProperty("from_index", out var from) && root.TryGetProperty("to_index", out var to)
            ? new Forgotten(entry.Header.Trail, from.GetInt64(), to.GetInt64(), null, root.GetProperty("from_seq").GetUInt64(), root.GetProperty("to_seq").GetUInt64())
            : null;
    }

    public bool Covers(StoredEntry entry) =>
        entry.Header.Trail == Trail && entry.Header.Class < EntryClass.Heads
        && (Id is { } id ? entry.Header.Id == id : entry.Header.Seq >= FromSeq && entry.Header.Seq <= ToSeq);
}
