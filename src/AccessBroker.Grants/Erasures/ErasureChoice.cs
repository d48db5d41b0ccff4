using System.Globalization;
using AccessBroker.Access;
using AccessBroker.Audit;
using AccessBroker.Contracts;

namespace AccessBroker.Grants;

/// <summary>Which bodies: as people say it, as the row and the log keep it, as the log's eraser takes it.</summary>
internal static class ErasureChoice
{
    public const int MostEntries = 1000;
    private const string Everything = "everything", Person = "person:", Entries = "entries:";

    /// <returns>What is wrong, in a sentence; null where exactly one choice was made well.</returns>
    public static string? Fault(ProposeErasure proposal) =>
        (proposal.Entries is null ? 0 : 1) + (proposal.Person is null ? 0 : 1) + (proposal.Everything ? 1 : 0) != 1
            ? "Say which bodies, in exactly one way: entries, person or everything."
            : proposal.Entries switch
            {
                [] => "entries is empty; name the log indices of the entries.",
                { Count: > MostEntries } => $"entries has {proposal.Entries.Count} indices; name at most {MostEntries} at once.",
                { } list when list.Any(i => i < 0) => "entries holds a negative number; the first entry of the log is 0.",
                null when proposal.Tenant == Names.System && proposal.Everything => "The vendor's own trail cannot be erased as a whole; name a person.",
                { } when proposal.Tenant == Names.System => "Of the vendor's own trail only what names a person can be erased; name the person.",
                _ => null,
            };

    /// <returns>Null where it is not a person that was chosen.</returns>
    public static Guid? PersonOf(string what) => what.StartsWith(Person, StringComparison.Ordinal) ? Guid.ParseExact(what[Person.Length..], "D") : null;

    public static string Of(ProposeErasure proposal) =>
        proposal.Everything ? Everything
        : proposal.Person is { } person ? Person + person.ToString("D")
        : Entries + string.Join(',', proposal.Entries!.Distinct().Order().Select(i => i.ToString(CultureInfo.InvariantCulture)));

    public static ErasureSelection Selection(string what) =>
        PersonOf(what) is { } person ? new ErasureSelection { Person = person }
        : what.StartsWith(Entries, StringComparison.Ordinal)
            ? new ErasureSelection { Entries = what[Entries.Length..].Split(',').Select(i => long.Parse(i, CultureInfo.InvariantCulture)).ToHashSet() }
        : what == Everything ? new ErasureSelection()
        : throw new FormatException($"'{what}' is no selection.");
}
