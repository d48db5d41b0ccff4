using System.Globalization;
using System.Text;
using AccessBroker.TransparencyLog;

namespace AccessBroker.Evidence;

/// <summary>
/// Checks a whole log from its headers: every trail's chain, every heads entry against the trails as they stood
/// just before it, the tree's root against the signed checkpoint, and the pinned one on the way.
/// </summary>
public static class WholeLogVerifier
{
    /// <summary>Checks the files. Whatever is wrong within them is in the report.</summary>
    /// <exception cref="UnusableBundleException">There is no all-headers.bin: these are no whole-log audit files.</exception>
    public static VerificationReport Verify(BundleReader files, VerificationOptions options)
    {
        if (!files.Has(BundleFiles.AllHeaders))
            throw new UnusableBundleException("There is no all-headers.bin: name the folder of a whole log's audit files.");
        var (held, open) = (new List<string>(), new List<string>());
        try
        {
            return new Run(files, options, held, open).Verify();
        }
        catch (EvidenceException failure)
        {
            return new VerificationReport { Checked = held, NotProved = open, Failure = failure };
        }
        catch (Exception damage) when (damage is EndOfStreamException or InvalidDataException)
        {
            var failure = new EvidenceException("log", null, null, $"a file of it is shorter than stated or damaged: {damage.Message}");
            return new VerificationReport { Checked = held, NotProved = open, Failure = failure };
        }
    }

    private sealed class Run(BundleReader files, VerificationOptions options, List<string> held, List<string> open)
    {
        private readonly Dictionary<Hash32, TrailChain> _trails = [];
        private readonly HashSet<TrailChain> _changed = []; // since the last heads entry
        private readonly HeadsTree _heads = new();
        private readonly Frontier _tree = new();
        private Hash32? _system;
        private long _time;
        private ulong _headsEntries;

        public VerificationReport Verify()
        {
            var (checkpoint, note) = CheckpointCheck.Read(files, options.Key, held);
            var pinned = CheckpointCheck.ReadPinned(checkpoint, options, Succession.Read(files, checkpoint, held));
            CheckpointCheck.Witnesses(note, options, held, open);
            RequireLength(checkpoint);

            using var states = new HeadsFile(files);
            using var ids = new EntryIds(checkpoint.Size, options);
            var last = Headers(checkpoint, pinned, states, ids);
            if (!_tree.Root().AsSpan().SequenceEqual(checkpoint.Root))
            {
                throw new EvidenceException(BundleFiles.AllHeaders, "root", last, "the tree over all headers has not the root that was signed:"
                    + " a header was changed and everything after it recomputed, or this is another history");
            }
            if (ids.Complete(_ => true) is { } fault)
                throw Header(fault.Entry, Place(HeaderAt(fault.Entry)) + fault.Reason);
            states.RequireEmpty();
            if (last != checkpoint.Size - 1)
                throw new EvidenceException(BundleFiles.Checkpoint, "size", last, $"is {checkpoint.Size}, but a checkpoint ends with its heads entry, and the last one stands at index {last}");
            CheckpointCheck.Age(_time, options);
            return Report(checkpoint, pinned);
        }

        /// <summary>Reads all headers; returns the index of the last heads entry.</summary>
        private ulong Headers(Checkpoint checkpoint, Checkpoint? pinned, HeadsFile states, EntryIds ids)
        {
            var firstOrigin = FirstOrigin(checkpoint);
            using var file = files.OpenFile(BundleFiles.AllHeaders);
            using var buffer = new BufferedStream(file, EntryHeader.Size * 400);
            Span<byte> bytes = stackalloc byte[EntryHeader.Size];
            Span<byte> leaf = stackalloc byte[Hash32.Size];
            ulong lastHeads = 0;
            for (ulong index = 0; index < checkpoint.Size; index++)
            {
                buffer.ReadExactly(bytes);
                if (!EntryHeader.TryRead(bytes, out var header, out var error))
                    throw Header(index, error);
                if (header.Time < _time)
                    throw Header(index, $"is dated {EntryTime.Format(header.Time)}, before the entry before it: it was backdated");
                _time = header.Time;
                if (header.Class == EntryClass.Heads)
                {
                    Heads(index, header, states);
                    lastHeads = index;
                }
                if (!_trails.TryGetValue(header.Trail, out var chain))
                    _trails.Add(header.Trail, chain = new TrailChain(header.Trail, firstOrigin, _trails.Count, ids));
                Merkle.HashLeaf(bytes, leaf);
                if (chain.Add(header, new Hash32(leaf), index) is { } fault)
                    throw Header(index, Place(header) + fault);
                _changed.Add(chain);
                _tree.Append(leaf);
                if (pinned is not null && index + 1 == pinned.Size && !_tree.Root().AsSpan().SequenceEqual(pinned.Root))
                    throw CheckpointCheck.Fork(pinned);
            }
            return lastHeads;
        }

        /// <summary>A heads entry states all trails as they stood just before it.</summary>
        private void Heads(ulong index, in EntryHeader header, HeadsFile states)
        {
            if ((_system ??= header.Trail) != header.Trail)
                throw Header(index, $"is a heads entry of trail {header.Trail}, earlier ones were of {_system}");
            foreach (var chain in _changed)
                _heads.Set(chain.Record);
            _changed.Clear();
            var (body, salt) = states.Take(index);
            if (Commitment.Compute(salt, body) != header.Commit)
                throw new EvidenceException(BundleFiles.Heads, null, index, "body or salt does not fit the commitment in the header");
            if (!HeadsBody.TryParse(body, out var stated, out var error))
                throw new EvidenceException(BundleFiles.Heads, null, index, error);
            if (stated.Trails != _heads.Count)
                throw new EvidenceException(BundleFiles.Heads, "trails", index, $"states {stated.Trails} trails where there are {_heads.Count}");
            if (stated.Root != _heads.Root())
                throw new EvidenceException(BundleFiles.Heads, "root", index, "does not state the trails as they stood: an entry was left out of it, or added");
            _headsEntries++;
        }

        private VerificationReport Report(Checkpoint checkpoint, Checkpoint? pinned)
        {
            var size = checkpoint.Size.ToString(CultureInfo.InvariantCulture);
            held.Add($"All {size} headers (index 0 to {checkpoint.Size - 1}, up to {EntryTime.Format(_time)}) form {_trails.Count} unbroken trails.");
            held.Add($"Each of the {_headsEntries} heads entries states all trails as they stood; the tree over all headers has the signed root.");
            if (pinned is null)
                open.Add("No pinned checkpoint was given: that this log continues the one you saw before is not proved.");
            else
                held.Add($"It continues your pinned checkpoint of {pinned.Size} entries: nothing from before was changed.");
            open.Add("What the bodies say: they are the customers', and are not in these files.");
            open.Add("That all access went through the broker.");
            return new VerificationReport { Checked = held, NotProved = open };
        }

        private void RequireLength(Checkpoint checkpoint)
        {
            var length = (ulong)files.Length(BundleFiles.AllHeaders);
            if (checkpoint.Size == 0 || length % EntryHeader.Size != 0 || length / EntryHeader.Size != checkpoint.Size)
            {
                throw new EvidenceException(BundleFiles.AllHeaders, null, length / EntryHeader.Size,
                    $"the file has {length} bytes, not {checkpoint.Size} times {EntryHeader.Size} as the checkpoint says: entries were cut off or added");
            }
        }

        private string FirstOrigin(Checkpoint checkpoint)
        {
            if (!files.Has(BundleFiles.GenesisOrigin))
                return checkpoint.Origin;
            var origin = Encoding.UTF8.GetString(files.ReadAll(BundleFiles.GenesisOrigin, 4096)).TrimEnd('\n');
            return origin.Length > 0 ? origin : throw new EvidenceException(BundleFiles.GenesisOrigin, null, null, "is empty");
        }

        private EntryHeader HeaderAt(ulong index)
        {
            using var file = files.OpenFile(BundleFiles.AllHeaders);
            var bytes = new byte[EntryHeader.Size];
            for (ulong at = 0; at <= index; at++) // a zip cannot be sought in
                file.ReadExactly(bytes);
            return EntryHeader.TryRead(bytes, out var header, out var error) ? header : throw Header(index, error);
        }

        private static string Place(in EntryHeader header) => $"(trail {header.Trail}, seq {header.Seq}) ";

        private static EvidenceException Header(ulong index, string reason) => new(BundleFiles.AllHeaders, null, index, reason);
    }
}
