using System.Globalization;
using AccessBroker.TransparencyLog;

namespace AccessBroker.Evidence;

/// <summary>README.txt of a bundle, for an auditor who never saw the product.</summary>
internal static class BundleReadme
{
    /// <summary>
    /// Begins the line that repeats the manifest's <c>exported</c>. The manifest cannot hold its own hash, so this
    /// copy, which is hashed, is what reveals a change of that field.
    /// </summary>
    public const string ExportedLine = "exported: ";

    public static string Write(BundleProof proof, BundleExport export, Checkpoint checkpoint, ulong count, string exportedJson) =>
        string.Create(CultureInfo.InvariantCulture, $"""
        EVIDENCE OF ACCESS{(export.Customer is null ? "" : $" TO THE DATA OF {Line(export.Customer)}")}

        This is the complete record of what a vendor's support staff asked for, was
        allowed and did with one customer's data, taken from an AccessBroker log. Each
        request and each command was written to the log before it happened. You can
        check it without network, and without trusting whoever gave it to you.

        trail:      {proof.Trail}
        entries:    {count} (numbered 0 to {count - 1}, none left out)
        log:        {checkpoint.Origin}
        checkpoint: size {checkpoint.Size}, root {Convert.ToBase64String(checkpoint.Root)}
        {ExportedLine}{exportedJson}

        HOW TO CHECK IT
        Take the log's verifier key, your trail id and the verifier itself from where you
        got them when you became a customer (or from a receipt), NOT from this bundle:
        whoever forges a bundle also forges the key in it. Then either

          accessbroker verify THIS_FOLDER --key KEY_FILE --pinned OLD_CHECKPOINT_FILE

        or, with nothing but the .NET 10 SDK, the independent verifier (one readable file)

          dotnet run verify.cs -- bundle THIS_FOLDER VKEY OLD_CHECKPOINT_FILE TRAIL

        VKEY is the key's text. OLD_CHECKPOINT_FILE is a checkpoint that you kept from
        before; it proves that nothing from before it was changed since. It and TRAIL
        may be left out; the verdict then says what it therefore cannot prove.
        The exit code is 0 only if everything held.

        WHAT IS IN IT
        manifest.json   what this bundle claims and the proofs for it
        headers.bin     the 160-byte header of every entry; each holds the hash of the one before
        bodies.jsonl    what each entry says, one a line; null = erased or past its retention,
                        "withheld" = left out by the filter of this export
        salts.bin       32 random bytes an entry, which bind a body to its header
        checkpoint      the log's signed state; all of the above leads to it
        genesis-origin  the log's first name, only where it was renamed
        restores.json   each restore from a backup, with its proof, only where there was one
        keys.txt policy verify.cs    for reading; use the ones you already have
        people.jsonl    whom the ids in the bodies stand for (convenience, not proved)
        entries.csv     the entries as a table (convenience; "accessbroker verify" compares
                        it with the proved bodies, verify.cs does not; idx is not proved)
        entries.parquet the same table with types, for analysis
        ocsf.jsonl      the same as OCSF 1.7.0 events, for a SIEM; idx in "unmapped"

        WHAT IT CANNOT PROVE
        That all access went through the broker: that is the vendor's network's to ensure.
        That no other history was shown to others: for that, compare checkpoints with other
        customers, or require independent witnesses. Who exported this, when, by which filter.

        """);

    private static string Line(string text) => new([.. text.Select(c => char.IsControl(c) ? ' ' : char.ToUpperInvariant(c))]);
}
