#:property PublishAot=false
// verify.cs: checks evidence taken from an AccessBroker log, offline, with nothing but the .NET 10 SDK.
//
//   dotnet run verify.cs -- bundle <dir> <vkey> [pinned checkpoint [trail]]    one customer's evidence bundle
//   dotnet run verify.cs -- log    <dir> <vkey> [pinned checkpoint]            all headers of a log
//
// <vkey> is the text of the log's verifier key, [pinned checkpoint] a file with a checkpoint that you kept from
// before, [trail] your trail id. Take these, and this program, from where you got them when you became a
// customer, never from the bundle: whoever forges a bundle also forges the key and the program in it.
//
// Exit code: 0 verified · 1 a check failed · 2 unusable input · 64 no key given.
//
// It was written from the published format alone and shares no code with the program that wrote the bundle.
// It does not recompute the convenience files (entries.csv and others), only their hashes.
// References: RFC 6962 and 9162 (Merkle trees), RFC 8032 (Ed25519), RFC 8785 (canonical JSON),
// C2SP signed-note and tlog-checkpoint.

using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

return Verifier.Run(args, Console.Out);

/// <summary>A check failed: exit code 1.</summary>
sealed class Failed(string message) : Exception(message);

/// <summary>There is nothing to check: exit code 2.</summary>
sealed class Unusable(string message) : Exception(message);

/// <summary>Without the auditor's own key nothing can be checked: exit code 64.</summary>
sealed class NoKey(string message) : Exception(message);

static class Verifier
{
    const string Usage = "usage: verify.cs -- bundle <dir> <vkey> [pinned checkpoint [trail]]\n       verify.cs -- log <dir> <vkey> [pinned checkpoint]";

    public static int Run(string[] args, TextWriter output)
    {
        try
        {
            switch (args)
            {
                case [] or [_] or [_, _] or [_, _, ""]:
                    throw new NoKey($"give the log's verifier key, the text that you got when you became a customer; the key in a bundle proves nothing\n{Usage}");
                case ["bundle", var dir, var vkey, .. var rest] when rest.Length <= 2:
                    Bundle.Check(dir, Key.Parse(vkey), rest.ElementAtOrDefault(0), rest.ElementAtOrDefault(1), output);
                    break;
                case ["log", var dir, var vkey, .. var rest] when rest.Length <= 1:
                    WholeLog.Check(dir, Key.Parse(vkey), rest.ElementAtOrDefault(0), output);
                    break;
                default:
                    throw new Unusable(Usage);
            }
            output.WriteLine("VERIFIED");
            return 0;
        }
        catch (Failed e)
        {
            output.WriteLine($"FAILED  {e.Message}");
            return 1;
        }
        catch (NoKey e)
        {
            output.WriteLine($"NO KEY  {e.Message}");
            return 64;
        }
        catch (Exception e) when (e is Unusable or IOException or UnauthorizedAccessException)
        {
            output.WriteLine($"UNUSABLE  {e.Message}");
            return 2;
        }
    }

    /// <summary>Where a check fails unless the condition holds.</summary>
    public static void Require(bool holds, string otherwise)
    {
        if (!holds) throw new Failed(otherwise);
    }
}

// ---------------------------------------------------------------- one customer's bundle

static class Bundle
{
    static readonly string[] Fields =
        ["consistency", "exported", "files", "format", "head", "heads_body", "heads_header", "heads_index", "heads_proof", "heads_salt", "origin", "size", "trail"];

    public static void Check(string dir, Key key, string? pinnedFile, string? trailGiven, TextWriter output)
    {
        if (!File.Exists(Path.Combine(dir, "manifest.json")))
            throw new Unusable($"{dir} has no manifest.json: name the folder of an evidence bundle.");
        byte[] Read(string name) => File.Exists(Path.Combine(dir, name)) ? File.ReadAllBytes(Path.Combine(dir, name)) : throw new Failed($"{name}: the file is missing");

        // 1. The manifest: what is claimed.
        byte[] manifestBytes = Read("manifest.json");
        JsonElement manifest = Json.Parse(manifestBytes, "manifest.json");
        Json.RequireFields(manifest, "manifest.json", Fields);
        Verifier.Require(Json.Text(manifest, "format") == "accessbroker-bundle/v1", "manifest.json format: is not accessbroker-bundle/v1");
        byte[] trail = Json.Bytes(manifest, "trail", 32);
        JsonElement head = manifest.GetProperty("head");
        Json.RequireFields(head, "manifest.json head", ["index", "n", "proof"]);
        JsonElement exported = manifest.GetProperty("exported");
        Json.RequireFields(exported, "manifest.json exported", ["at", "by", "filter"]);
        ulong n = Json.Number(head, "n"), size = Json.Number(manifest, "size"), headsIndex = Json.Number(manifest, "heads_index");
        Verifier.Require(n > 0, "manifest.json head.n: is 0; there is no entry to check");

        // 2. The checkpoint: signed by the key that you brought.
        Checkpoint checkpoint = Checkpoint.Verify("checkpoint", Read("checkpoint"), key);
        output.WriteLine($"ok  checkpoint signed by {key.Name}: {checkpoint.Size} entries, root {Convert.ToBase64String(checkpoint.Root)}");
        Verifier.Require(Json.Text(manifest, "origin") == checkpoint.Origin, "manifest.json origin: differs from the checkpoint's");
        Verifier.Require(size == checkpoint.Size, $"manifest.json size: is {size}, the checkpoint's is {checkpoint.Size}");
        Verifier.Require(headsIndex + 1 == size, $"manifest.json heads_index: is {headsIndex}, but a checkpoint ends with its heads entry, {size} - 1");
        List<Restore> restores = Restore.Read(dir, checkpoint, output);
        Checkpoint? pinned = pinnedFile is null ? null : Checkpoint.VerifyPinned(pinnedFile, key, checkpoint, restores);
        List<byte[]> consistency = Json.Hashes(manifest, "consistency");
        if (trailGiven is not null)
            Verifier.Require(trailGiven == Convert.ToBase64String(trail), $"manifest.json trail: is {Convert.ToBase64String(trail)}, not yours: this is another customer's bundle");

        // 3. The heads entry: the last leaf under the checkpoint. Its body commits to every trail's count and head.
        byte[] headsBytes = Json.Bytes(manifest, "heads_header", 160), headsSalt = Json.Bytes(manifest, "heads_salt", 32);
        byte[] headsBody = Encoding.UTF8.GetBytes(Json.Text(manifest, "heads_body"));
        Header heads = Header.Parse(headsBytes, $"manifest.json heads_header entry {headsIndex}");
        Verifier.Require(HMACSHA256.HashData(headsSalt, headsBody).SequenceEqual(heads.Commit),
            $"manifest.json heads_body entry {headsIndex}: does not fit the commitment in heads_header: heads_body, heads_salt or heads_header was changed");
        Verifier.Require(Merkle.Includes(headsIndex, size, Merkle.Leaf(headsBytes), Json.Hashes(manifest, "heads_proof"), checkpoint.Root),
            $"manifest.json heads_proof entry {headsIndex}: does not lead from heads_header to the signed root: this is not the history that was signed, or the proof was changed");
        Verifier.Require(heads.Class == 4, $"manifest.json heads_header entry {headsIndex}: is of class {heads.Class}, not a heads entry (4)");
        var (headsRoot, trails) = Json.HeadsBody(headsBody, $"manifest.json heads_body entry {headsIndex}");

        // 4. The entries: one chain, every body bound to its header.
        string origin = File.Exists(Path.Combine(dir, "genesis-origin")) ? Encoding.UTF8.GetString(Read("genesis-origin")).TrimEnd('\n') : checkpoint.Origin;
        var chain = new Chain(trail, origin);
        var bodies = new Bodies(filtered: Json.IsFiltered(exported.GetProperty("filter")));
        Entries(dir, n, chain, bodies, heads);

        // 5. (trail, n, last leaf) stands under the heads root: nothing is missing at the end.
        byte[] headLeaf = Merkle.Leaf(chain.HeadRecord());
        Verifier.Require(Merkle.Includes(Json.Number(head, "index"), trails, headLeaf, Json.Hashes(head, "proof"), headsRoot),
            $"manifest.json head.proof entry {n - 1}: does not lead from the trail's {n} entries to the heads root: entry {n - 1}, the last, was changed, entries were cut off or added, or head.n, head.index or head.proof was changed");
        Verifier.Require(!heads.Trail.SequenceEqual(trail) || (heads.Seq == n && heads.Prev.SequenceEqual(chain.Head)),
            $"manifest.json heads_header entry {headsIndex}: is of this trail but does not follow its last entry");
        bodies.Complete();
        output.WriteLine($"ok  trail {Convert.ToBase64String(trail)}: {n} entries, one unbroken chain, complete up to log index {headsIndex}, {Header.Date(heads.Time)}");
        output.WriteLine($"ok  bodies: {bodies.Verified} verified, {bodies.Missing.Count} erased or pruned and accounted for, {bodies.Withheld} withheld by the filter");

        // 6. The checkpoint continues the one that you kept.
        if (pinned is not null)
        {
            Verifier.Require(pinned.Size == checkpoint.Size || Merkle.IsConsistent(pinned.Size, checkpoint.Size, pinned.Root, checkpoint.Root, consistency),
                $"manifest.json consistency: does not lead from your pinned checkpoint of size {pinned.Size} to this one of size {checkpoint.Size}: two histories, a changed proof, or an export made for another pinned checkpoint");
            output.WriteLine($"ok  continues your pinned checkpoint of {pinned.Size} entries");
        }

        // 7. Last, what no proof covers: file hashes.
        Files(dir, manifest.GetProperty("files"), manifestBytes);
        output.WriteLine("ok  all files are as listed in manifest.json, and no other is there");

        if (pinned is null) output.WriteLine("--  not proved: that this log continues one you saw before (no pinned checkpoint given)");
        if (trailGiven is null) output.WriteLine($"--  not proved: that this trail is yours: compare trail {Convert.ToBase64String(trail)}");
        output.WriteLine("--  unwitnessed: this program does not check cosignatures of witnesses");
        output.WriteLine("--  not checked: entries.csv and other convenience files, beyond their hashes; who exported, when, by which filter");
        output.WriteLine("--  not provable by a log: that all access went through the broker");
    }

    static void Entries(string dir, ulong n, Chain chain, Bodies bodies, Header heads)
    {
        FileStream Open(string name) => File.Exists(Path.Combine(dir, name)) ? File.OpenRead(Path.Combine(dir, name)) : throw new Failed($"{name}: the file is missing");
        using FileStream headers = Open("headers.bin"), salts = Open("salts.bin"), lines = Open("bodies.jsonl");
        Verifier.Require((ulong)headers.Length / 160 == n && headers.Length % 160 == 0, $"headers.bin: has {headers.Length} bytes, not {n} times 160 as manifest.json head.n says");
        Verifier.Require((ulong)salts.Length / 32 == n && salts.Length % 32 == 0, $"salts.bin: has {salts.Length} bytes, not {n} times 32 as manifest.json head.n says");
        byte[] bytes = new byte[160], salt = new byte[32];
        for (ulong seq = 0; seq < n; seq++)
        {
            headers.ReadExactly(bytes);
            salts.ReadExactly(salt);
            Header header = Header.Parse(bytes, $"headers.bin entry {seq}");
            chain.Add(header, bytes, $"headers.bin entry {seq}");
            Verifier.Require(header.Class != 4 || header.Trail.SequenceEqual(heads.Trail), $"headers.bin entry {seq}: is a heads entry outside the deployment's own trail");
            Verifier.Require(header.Time <= heads.Time, $"headers.bin entry {seq}: is dated after the heads entry that covers it");
            bodies.Add(header, Line(lines, seq), salt);
        }
        Verifier.Require(lines.ReadByte() < 0, $"bodies.jsonl entry {n}: there are more lines than entries");
    }

    static byte[] Line(FileStream file, ulong seq)
    {
        var line = new MemoryStream();
        for (int b; (b = file.ReadByte()) != '\n'; line.WriteByte((byte)b))
            Verifier.Require(b >= 0 && line.Length < 65536, $"bodies.jsonl entry {seq}: its line is cut off, or longer than a body may be (64 KiB)");
        return line.ToArray();
    }

    static void Files(string dir, JsonElement files, byte[] manifestBytes)
    {
        Verifier.Require(files.ValueKind == JsonValueKind.Object, "manifest.json files: is not an object");
        var listed = files.EnumerateObject().ToDictionary(f => f.Name, f => f.Value.ValueKind == JsonValueKind.String ? f.Value.GetString() : null);
        foreach (string path in Directory.EnumerateFileSystemEntries(dir, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 }).Order(StringComparer.Ordinal))
        {
            string name = Path.GetRelativePath(dir, path).Replace('\\', '/');
            Verifier.Require(new FileInfo(path).LinkTarget is null, $"{name}: is a link, not a file");
            if (!Directory.Exists(path))
                Verifier.Require(name == "manifest.json" || listed.ContainsKey(name), $"{name}: is not listed in manifest.json files");
        }
        foreach (var (name, hash) in listed.OrderBy(f => f.Key, StringComparer.Ordinal))
        {
            Verifier.Require(name.Split('/').All(part => part is not ("" or "." or "..")) && !name.Contains('\\') && name != "manifest.json" && File.Exists(Path.Combine(dir, name)), $"{name}: is listed in manifest.json files but missing");
            using FileStream file = File.OpenRead(Path.Combine(dir, name));
            Verifier.Require(Convert.ToHexStringLower(SHA256.HashData(file)) == hash, $"{name}: its SHA-256 is not the one in manifest.json files");
        }
        Verifier.Require(Json.Canonical(Json.Parse(manifestBytes, "manifest.json")).SequenceEqual(manifestBytes), "manifest.json: is not in canonical form (RFC 8785)");
        // Who exported, and when, nobody can prove; but README.txt, whose hash is listed, repeats it.
        string readme = Path.Combine(dir, "README.txt");
        string? copy = File.Exists(readme) ? File.ReadLines(readme).FirstOrDefault(line => line.StartsWith("exported: ", StringComparison.Ordinal)) : null;
        string exported = Encoding.UTF8.GetString(Json.Canonical(Json.Parse(manifestBytes, "manifest.json").GetProperty("exported")));
        Verifier.Require(copy is null || copy == $"exported: {exported}", "manifest.json exported: differs from what README.txt says of the export");
    }
}

// ---------------------------------------------------------------- a whole log, headers only

static class WholeLog
{
    public static void Check(string dir, Key key, string? pinnedFile, TextWriter output)
    {
        string path = Path.Combine(dir, "all-headers.bin");
        if (!File.Exists(path))
            throw new Unusable($"{dir} has no all-headers.bin: name the folder of a whole log's audit files.");
        byte[] Read(string name) => File.Exists(Path.Combine(dir, name)) ? File.ReadAllBytes(Path.Combine(dir, name)) : throw new Failed($"{name}: the file is missing");
        Checkpoint checkpoint = Checkpoint.Verify("checkpoint", Read("checkpoint"), key);
        Checkpoint? pinned = pinnedFile is null ? null : Checkpoint.VerifyPinned(pinnedFile, key, checkpoint, Restore.Read(dir, checkpoint, output));
        string origin = File.Exists(Path.Combine(dir, "genesis-origin")) ? Encoding.UTF8.GetString(Read("genesis-origin")).TrimEnd('\n') : checkpoint.Origin;
        JsonElement headsFile = Json.Parse(Read("heads.json"), "heads.json");
        Verifier.Require(headsFile.ValueKind == JsonValueKind.Object, "heads.json: is not an object");
        Dictionary<string, JsonElement> states = headsFile.EnumerateObject().ToDictionary(state => state.Name, state => state.Value);

        using FileStream file = File.OpenRead(path);
        Verifier.Require(checkpoint.Size > 0 && file.Length % 160 == 0 && (ulong)file.Length / 160 == checkpoint.Size,
            $"all-headers.bin entry {file.Length / 160}: the file has {file.Length} bytes, not {checkpoint.Size} times 160 as the checkpoint says");
        var chains = new SortedDictionary<string, Chain>(StringComparer.Ordinal); // hex sorts like the bytes
        var tree = new Tree();
        byte[] bytes = new byte[160];
        byte[]? system = null;
        ulong time = 0, headsEntries = 0, lastHeads = 0;
        for (ulong index = 0; index < checkpoint.Size; index++)
        {
            string place = $"all-headers.bin entry {index}";
            file.ReadExactly(bytes);
            Header header = Header.Parse(bytes, place);
            Verifier.Require(header.Time >= time, $"{place}: is dated before the entry before it");
            time = header.Time;
            if (header.Class == 4)
            {
                Verifier.Require((system ??= header.Trail).SequenceEqual(header.Trail), $"{place}: is a heads entry of another trail than those before");
                Heads(states, index, header, chains.Values);
                (headsEntries, lastHeads) = (headsEntries + 1, index);
            }
            string trail = Convert.ToHexString(header.Trail);
            if (!chains.TryGetValue(trail, out Chain? chain))
                chains.Add(trail, chain = new Chain(header.Trail, origin));
            chain.Add(header, bytes, place);
            tree.Add(Merkle.Leaf(bytes));
            Verifier.Require(pinned is null || index + 1 != pinned.Size || tree.Root().SequenceEqual(pinned.Root), $"checkpoint root: differs from your pinned checkpoint's at size {index + 1}: the log shows two histories");
        }
        Verifier.Require(tree.Root().SequenceEqual(checkpoint.Root), $"all-headers.bin root entry {checkpoint.Size - 1}: the tree over all headers has not the signed root: this is not the history that was signed");
        Verifier.Require((ulong)states.Count == headsEntries, "heads.json: holds an index at which no heads entry stands");
        Verifier.Require(headsEntries > 0 && lastHeads == checkpoint.Size - 1, $"checkpoint size entry {lastHeads}: a checkpoint ends with its heads entry, this one does not");
        output.WriteLine($"ok  checkpoint signed by {key.Name}: {checkpoint.Size} entries, root {Convert.ToBase64String(checkpoint.Root)}");
        output.WriteLine($"ok  {chains.Count} unbroken trails, {headsEntries} heads entries that state them as they stood, up to {Header.Date(time)}");
        output.WriteLine(pinned is null ? "--  not proved: that this log continues one you saw before (no pinned checkpoint given)" : $"ok  continues your pinned checkpoint of {pinned.Size} entries");
        output.WriteLine("--  not in these files: what the bodies say; unwitnessed; not provable: that all access went through the broker");
    }

    static void Heads(Dictionary<string, JsonElement> states, ulong index, Header header, IReadOnlyCollection<Chain> sorted)
    {
        string place = $"heads.json entry {index}";
        Verifier.Require(states.TryGetValue(index.ToString(CultureInfo.InvariantCulture), out JsonElement state), $"{place}: is missing");
        Json.RequireFields(state, place, ["body", "salt"]);
        byte[] body = Encoding.UTF8.GetBytes(Json.Text(state, "body", place));
        Verifier.Require(HMACSHA256.HashData(Json.Bytes(state, "salt", 32, place), body).SequenceEqual(header.Commit), $"{place}: body or salt does not fit the commitment in the header");
        var (root, trails) = Json.HeadsBody(body, place);
        var tree = new Tree();
        foreach (Chain chain in sorted)
            tree.Add(Merkle.Leaf(chain.HeadRecord()));
        Verifier.Require(trails == (ulong)sorted.Count && root.SequenceEqual(tree.Root()), $"{place}: does not state the trails as they stood: an entry was left out or added");
    }
}

// ---------------------------------------------------------------- entries

/// <summary>The 160 bytes of an entry's header, big-endian.</summary>
sealed record Header(byte Class, ulong Time, ulong Seq, string Id, string Ref, byte[] Trail, byte[] Prev, byte[] Commit)
{
    public static Header Parse(byte[] h, string place)
    {
        Verifier.Require(h[..4].SequenceEqual("ABE1"u8.ToArray()), $"{place}: the header does not begin with ABE1");
        Verifier.Require(h[4] == 1, $"{place}: header version {h[4]} is unknown");
        Verifier.Require(h[5] is >= 1 and <= 7, $"{place}: class {h[5]} is unknown");
        Verifier.Require(h[6] == 0 && h[7] == 0, $"{place}: the header's flags are not zero");
        Verifier.Require(h[8] < 0x80, $"{place}: the header's time is before 1970");
        return new Header(h[5], BinaryPrimitives.ReadUInt64BigEndian(h.AsSpan(8)), BinaryPrimitives.ReadUInt64BigEndian(h.AsSpan(16)),
            Convert.ToHexString(h[24..40]), Convert.ToHexString(h[40..56]), h[56..88], h[88..120], h[120..152]);
    }

    public static string Date(ulong µs) => µs < 253402300800000000 ? DateTime.UnixEpoch.AddTicks((long)µs * 10).ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture) : $"{µs} µs";
}

/// <summary>One trail: every header holds the leaf hash of the one before.</summary>
sealed class Chain(byte[] trail, string firstOrigin)
{
    const string None = "00000000000000000000000000000000";
    readonly Dictionary<string, bool> _open = []; // entry id → it is an intent without outcome
    ulong _time;

    public ulong Count { get; private set; }
    public byte[] Head { get; private set; } = SHA256.HashData([.. Encoding.UTF8.GetBytes($"AccessBroker/trail/v1\n{firstOrigin}\n"), .. trail]);

    public byte[] HeadRecord()
    {
        byte[] count = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(count, Count);
        return [.. "ABH1"u8, .. trail, .. count, .. Head];
    }

    public void Add(Header header, byte[] bytes, string place)
    {
        Verifier.Require(header.Trail.SequenceEqual(trail), $"{place}: belongs to another trail, {Convert.ToBase64String(header.Trail)}");
        Verifier.Require(header.Seq == Count, $"{place}: has seq {header.Seq} where {Count} must follow: entries were removed, inserted, doubled or moved");
        Verifier.Require(header.Prev.SequenceEqual(Head), Count == 0
            ? $"{place}: its prev is not the trail's genesis in log {firstOrigin}"
            : $"{place}: its prev is not the leaf hash of entry {Count - 1}: entry {Count - 1} or this one was changed, or entries between were removed or inserted");
        Verifier.Require(header.Time >= _time, $"{place}: is dated before the entry before it");
        if (header.Class == 2)
        {
            Verifier.Require(_open.TryGetValue(header.Ref, out bool open) && open, $"{place}: is an outcome, but its ref is no earlier intent of this trail that still awaits one");
            _open[header.Ref] = false;
        }
        Verifier.Require(header.Class is 2 or 3 || (header.Ref == None) != (header.Class == 7), $"{place}: its ref does not fit its class {header.Class}");
        Verifier.Require(_open.TryAdd(header.Id, header.Class == 1), $"{place}: has the id of an earlier entry: it is a duplicate");
        (Head, _time, Count) = (Merkle.Leaf(bytes), header.Time, Count + 1);
    }
}

/// <summary>Every body fits the commitment in its header, or its absence is accounted for.</summary>
sealed class Bodies(bool filtered)
{
    readonly Dictionary<string, ulong> _erased = [];
    readonly List<(ulong From, ulong To)> _pruned = [];

    public ulong Verified { get; private set; }
    public ulong Withheld { get; private set; }
    public List<(ulong Seq, string Id)> Missing { get; } = [];

    public void Add(Header header, byte[] line, byte[] salt)
    {
        string place = $"bodies.jsonl entry {header.Seq}", text = Encoding.UTF8.GetString(line);
        if (text is "null" or "\"withheld\"")
        {
            Verifier.Require(header.Class <= 3, $"{place}: its body is {text}, but bodies of class {header.Class} are never removed or left out");
            Verifier.Require(salt.All(b => b == 0), $"salts.bin entry {header.Seq}: is not zeros although the body is not there");
            Verifier.Require(text == "null" || filtered, $"{place}: is withheld, but manifest.json exported.filter says that nothing was left out");
            if (text == "null") Missing.Add((header.Seq, header.Id));
            else Withheld++;
            return;
        }
        Verifier.Require(HMACSHA256.HashData(salt, line).SequenceEqual(header.Commit), $"{place}: does not fit the commitment in its header: body, salt (salts.bin) or header was changed");
        JsonElement body = Json.Parse(line, place);
        Verifier.Require(body.ValueKind == JsonValueKind.Object && Json.Canonical(body).SequenceEqual(line), $"{place}: is not an object in canonical form (RFC 8785)");
        if (header.Class == 4)
            Json.HeadsBody(line, place);
        if (header.Class == 6)
        {
            ulong from = Json.Number(body, "from_seq", place), to = Json.Number(body, "to_seq", place);
            Verifier.Require(from <= to && to < header.Seq, $"{place}: prunes, but from_seq and to_seq are no range of earlier entries");
            _pruned.Add((from, to));
        }
        if (header.Class == 7)
            _erased[header.Ref] = header.Seq;
        Verified++;
    }

    public void Complete()
    {
        _pruned.Sort();
        int next = 0;
        ulong end = 0; // everything from the first range seen up to here, exclusive, as far as ranges reach
        foreach (var (seq, id) in Missing)
        {
            for (; next < _pruned.Count && _pruned[next].From <= seq; next++)
                end = Math.Max(end, _pruned[next].To + 1);
            Verifier.Require(seq < end || (_erased.TryGetValue(id, out ulong by) && by > seq), $"bodies.jsonl entry {seq}: is null, but no later class 7 entry names it and no class 6 entry covers it: it was removed");
        }
    }
}

// ---------------------------------------------------------------- Merkle trees

static class Merkle
{
    public static byte[] Leaf(byte[] data) => SHA256.HashData([0, .. data]);
    public static byte[] Node(byte[] left, byte[] right) => SHA256.HashData([1, .. left, .. right]);

    /// <summary>RFC 9162 §2.1.3.2.</summary>
    public static bool Includes(ulong index, ulong size, byte[] leaf, List<byte[]> proof, byte[] root)
    {
        if (index >= size || leaf.Length != 32) return false;
        ulong fn = index, sn = size - 1;
        byte[] r = leaf;
        foreach (byte[] p in proof)
        {
            if (sn == 0) return false;
            if ((fn & 1) == 1 || fn == sn)
            {
                r = Node(p, r);
                while ((fn & 1) == 0 && fn != 0) (fn, sn) = (fn >> 1, sn >> 1);
            }
            else r = Node(r, p);
            (fn, sn) = (fn >> 1, sn >> 1);
        }
        return sn == 0 && r.SequenceEqual(root);
    }

    /// <summary>RFC 9162 §2.1.4.2, for 0 &lt; first &lt; second.</summary>
    public static bool IsConsistent(ulong first, ulong second, byte[] firstRoot, byte[] secondRoot, List<byte[]> proof)
    {
        if (first == 0 || first >= second || proof.Count == 0) return false;
        IEnumerable<byte[]> path = BitOperations.IsPow2(first) ? proof.Prepend(firstRoot) : proof;
        ulong fn = first - 1, sn = second - 1;
        while ((fn & 1) == 1) (fn, sn) = (fn >> 1, sn >> 1);
        byte[] fr = path.First(), sr = fr;
        foreach (byte[] c in path.Skip(1))
        {
            if (sn == 0) return false;
            if ((fn & 1) == 1 || fn == sn)
            {
                (fr, sr) = (Node(c, fr), Node(c, sr));
                while ((fn & 1) == 0 && fn != 0) (fn, sn) = (fn >> 1, sn >> 1);
            }
            else sr = Node(sr, c);
            (fn, sn) = (fn >> 1, sn >> 1);
        }
        return sn == 0 && fr.SequenceEqual(firstRoot) && sr.SequenceEqual(secondRoot);
    }
}

/// <summary>The root of a growing tree: the roots of its perfect subtrees, largest first (RFC 6962 §2.1).</summary>
sealed class Tree
{
    readonly List<byte[]> _subtrees = [];
    ulong _size;

    public void Add(byte[] leaf)
    {
        for (ulong carry = _size++; (carry & 1) == 1; carry >>= 1)
        {
            leaf = Merkle.Node(_subtrees[^1], leaf);
            _subtrees.RemoveAt(_subtrees.Count - 1);
        }
        _subtrees.Add(leaf);
    }

    public byte[] Root() => _size == 0 ? SHA256.HashData([]) : _subtrees.AsEnumerable().Reverse().Aggregate((right, left) => Merkle.Node(left, right));
}

// ---------------------------------------------------------------- signed notes

/// <summary>A verifier key: name+hash+base64(algorithm ‖ key). 1 = Ed25519, 2 = ECDSA P-256.</summary>
sealed record Key(string Name, byte[] Id, byte Algorithm, byte[] Public)
{
    public static Key Parse(string vkey)
    {
        string[] parts = vkey.Trim().Split('\n')[0].Trim().Split('+', 3); // of several keys, as a log shows them during a rotation, the newest
        if (parts.Length != 3 || parts[0].Length == 0 || Json.Base64(parts[2]) is not { Length: > 1 } material)
            throw new Unusable("the key is not of the form name+hash+base64");
        byte algorithm = material[0];
        byte[] id = algorithm switch
        {
            1 when material.Length == 33 => SHA256.HashData([.. Encoding.UTF8.GetBytes(parts[0] + "\n"), .. material])[..4],
            2 => SHA256.HashData(material[1..])[..4],
            _ => throw new Unusable("the key is neither Ed25519 nor ECDSA P-256"),
        };
        return Convert.ToHexStringLower(id) == parts[1] ? new Key(parts[0], id, algorithm, material[1..]) : throw new Unusable("the key's hash does not fit the key: it was mistyped");
    }

    /// <summary>The same key as it signed under another name.</summary>
    public Key Under(string name) => Algorithm == 2
        ? this with { Name = name }
        : this with { Name = name, Id = SHA256.HashData([.. Encoding.UTF8.GetBytes(name + "\n"), 1, .. Public])[..4] };

    public bool Verifies(byte[] message, byte[] signature)
    {
        if (Algorithm == 1) return Ed25519.Verify(Public, message, signature);
        using ECDsa ecdsa = ECDsa.Create();
        try
        {
            ecdsa.ImportSubjectPublicKeyInfo(Public, out _);
        }
        catch (Exception e) when (e is CryptographicException or PlatformNotSupportedException) // the latter for a curve nobody knows
        {
            throw new Unusable("the key is no ECDSA public key");
        }
        return ecdsa.VerifyData(message, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    }
}

/// <summary>A signed statement: this log has this many entries and this root.</summary>
sealed record Checkpoint(string Origin, ulong Size, byte[] Root)
{
    public static Checkpoint Verify(string place, byte[] note, Key key)
    {
        string text;
        try
        {
            text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(note);
        }
        catch (ArgumentException)
        {
            throw new Failed($"{place}: is not valid UTF-8");
        }
        Verifier.Require(!text.Any(c => c < ' ' && c != '\n') && text.EndsWith('\n'), $"{place}: holds a control character, or was cut off");
        int split = text.LastIndexOf("\n\n", StringComparison.Ordinal);
        Verifier.Require(split >= 0, $"{place} signature: there is none");
        string signed = text[..(split + 1)];
        bool verified = false, anotherKey = false;
        foreach (string line in text[(split + 2)..].TrimEnd('\n').Split('\n'))
        {
            // em dash, name, base64(key id ‖ signature)
            string[] parts = line.Split(' ');
            Verifier.Require(parts.Length == 3 && parts[0] == "—" && Json.Base64(parts[2]) is { Length: > 4 }, $"{place} signature: a line is not of the form \"— name base64\"");
            byte[] signature = Json.Base64(parts[2])!;
            if (parts[1] != key.Name || !signature[..4].SequenceEqual(key.Id))
            {
                anotherKey |= parts[1] == key.Name;
                continue; // another key's, a witness' for instance
            }
            Verifier.Require(key.Verifies(Encoding.UTF8.GetBytes(signed), signature[4..]), $"{place} signature: does not verify: the checkpoint was changed, or another key signed it");
            verified = true;
        }
        Verifier.Require(verified, $"{place} signature: there is none by {key.Name}+{Convert.ToHexStringLower(key.Id)}, the key given"
            + (anotherKey ? ". Another key signs under this name: the log's key was rotated, or this is forged. Get the right key from where you got yours, never from here" : ""));
        string[] lines = signed.Split('\n');
        ulong size = 0;
        Verifier.Require(lines.Length >= 4 && ulong.TryParse(lines[1], NumberStyles.None, CultureInfo.InvariantCulture, out size) && lines[1] == size.ToString(CultureInfo.InvariantCulture)
            && Json.Base64(lines[2]) is { Length: 32 }, $"{place}: is not origin, size and root");
        Verifier.Require(lines[0] == key.Name, $"{place} origin: is {lines[0]}, not {key.Name}: another log's checkpoint");
        return new Checkpoint(lines[0], size, Json.Base64(lines[2])!);
    }

    /// <summary>The kept checkpoint: the same log's, under its name or one before a restore, and not larger than what is shown now.</summary>
    public static Checkpoint VerifyPinned(string file, Key key, Checkpoint current, List<Restore> restores)
    {
        if (!File.Exists(file))
            throw new Unusable($"{file}: there is no such pinned checkpoint");
        byte[] note = File.ReadAllBytes(file);
        string origin = Encoding.UTF8.GetString(note).Split('\n')[0];
        bool older = restores.Exists(restore => restore.OldOrigin == origin);
        Checkpoint pinned = Verify("pinned checkpoint", note, older ? key.Under(origin) : key);
        foreach (Restore restore in restores.SkipWhile(restore => restore.OldOrigin != origin))
            Verifier.Require(pinned.Size <= restore.Size, $"restores.json restored_size: is {restore.Size}, but your pinned checkpoint of {origin} covers {pinned.Size} entries: what lay between was lost when a backup was restored");
        Verifier.Require(pinned.Size > 0, "pinned checkpoint size: is 0, which proves nothing about a later log");
        Verifier.Require(pinned.Size <= current.Size, $"checkpoint size: is {current.Size}, but your pinned checkpoint has {pinned.Size}: the log was rolled back, or this is an older export");
        Verifier.Require(pinned.Size < current.Size || pinned.Root.SequenceEqual(current.Root), $"checkpoint root: differs from your pinned checkpoint's at size {pinned.Size}: the log shows two histories");
        return pinned;
    }
}

/// <summary>A class 5 entry: a backup of this size was restored, and the log goes on under a new name.</summary>
sealed record Restore(string Origin, string OldOrigin, ulong Size)
{
    /// <summary>restores.json, where the log has it: each entry proved to stand under the checkpoint, in order up to its origin.</summary>
    public static List<Restore> Read(string dir, Checkpoint checkpoint, TextWriter output)
    {
        const string File = "restores.json";
        string path = Path.Combine(dir, File);
        if (!System.IO.File.Exists(path)) return [];
        JsonElement json = Json.Parse(System.IO.File.ReadAllBytes(path), File);
        Json.RequireFields(json, File, ["restores"]);
        var restores = new List<Restore>();
        foreach (JsonElement entry in json.GetProperty("restores").ValueKind == JsonValueKind.Array ? json.GetProperty("restores").EnumerateArray() : throw new Failed($"{File}: is not a list"))
        {
            Json.RequireFields(entry, File, ["body", "header", "index", "proof", "salt"]);
            ulong index = Json.Number(entry, "index", File);
            string place = $"{File} entry {index}";
            byte[] bytes = Json.Bytes(entry, "header", 160, place), body = Encoding.UTF8.GetBytes(Json.Text(entry, "body", place));
            Header header = Header.Parse(bytes, place);
            Verifier.Require(header.Class == 5, $"{place}: is of class {header.Class}, a restore is of class 5");
            Verifier.Require(HMACSHA256.HashData(Json.Bytes(entry, "salt", 32, place), body).SequenceEqual(header.Commit), $"{place}: body or salt does not fit the commitment in the header");
            Verifier.Require(Merkle.Includes(index, checkpoint.Size, Merkle.Leaf(bytes), Json.Hashes(entry, "proof", place), checkpoint.Root), $"{place} proof: does not lead to the signed root: this restore does not stand in the log");
            JsonElement said = Json.Parse(body, place);
            Verifier.Require(said.ValueKind == JsonValueKind.Object && Json.Text(said, "kind", place) == "log.restored", $"{place}: is not a restore");
            var restore = new Restore(Json.Text(said, "origin", place), Json.Text(said, "old_origin", place), Json.Number(said, "restored_size", place));
            Verifier.Require(restore.Size <= index, $"{place}: states a restored size after itself");
            Verifier.Require(restores.Count == 0 || restores[^1].Origin == restore.OldOrigin, $"{place}: does not follow the restore before it");
            restores.Add(restore);
            output.WriteLine($"--  restored from a backup of {restore.Size} entries, {Json.Number(said, "lost", place)} known ones lost; {restore.OldOrigin} goes on as {restore.Origin}");
        }
        Verifier.Require(restores.Count == 0 || restores[^1].Origin == checkpoint.Origin, $"{File}: does not lead to {checkpoint.Origin}");
        return restores;
    }
}

/// <summary>RFC 8032 §5.1.7 by big integers: slow, short, and only ever given public data.</summary>
static class Ed25519
{
    static readonly BigInteger P = BigInteger.Pow(2, 255) - 19;
    static readonly BigInteger L = BigInteger.Pow(2, 252) + BigInteger.Parse("27742317777372353535851937790883648493", CultureInfo.InvariantCulture);
    static readonly BigInteger D = Mod(-121665 * Inverse(121666));
    static readonly BigInteger SqrtMinusOne = BigInteger.ModPow(2, (P - 1) / 4, P);
    static readonly Point Base = Decode(Convert.FromHexString("5866666666666666666666666666666666666666666666666666666666666666"))!;

    /// <summary>x = X/Z, y = Y/Z, x·y = T/Z.</summary>
    sealed record Point(BigInteger X, BigInteger Y, BigInteger Z, BigInteger T);

    public static bool Verify(byte[] key, byte[] message, byte[] signature)
    {
        if (signature.Length != 64 || Decode(key) is not { } a || Decode(signature[..32]) is not { } r) return false;
        BigInteger s = Little(signature[32..]);
        if (s >= L) return false;
        BigInteger k = Little(SHA512.HashData([.. signature[..32], .. key, .. message])) % L;
        Point left = Times(s, Base), right = Add(r, Times(k, a));
        return Mod(left.X * right.Z - right.X * left.Z).IsZero && Mod(left.Y * right.Z - right.Y * left.Z).IsZero;
    }

    static BigInteger Little(byte[] bytes) => new(bytes, isUnsigned: true);
    static BigInteger Mod(BigInteger v) => v % P is var m && m.Sign < 0 ? m + P : m;
    static BigInteger Inverse(BigInteger v) => BigInteger.ModPow(v, P - 2, P);

    static Point Add(Point p, Point q)
    {
        BigInteger a = Mod((p.Y - p.X) * (q.Y - q.X)), b = Mod((p.Y + p.X) * (q.Y + q.X)), c = Mod(2 * p.T * q.T * D), d = Mod(2 * p.Z * q.Z);
        BigInteger e = b - a, f = d - c, g = d + c, h = b + a;
        return new Point(Mod(e * f), Mod(g * h), Mod(f * g), Mod(e * h));
    }

    static Point Times(BigInteger n, Point p)
    {
        Point sum = new(0, 1, 1, 0);
        for (; n > 0; n >>= 1, p = Add(p, p))
            if (!n.IsEven) sum = Add(sum, p);
        return sum;
    }

    static Point? Decode(byte[] bytes)
    {
        bool odd = bytes[31] >> 7 == 1;
        BigInteger y = Little([.. bytes[..31], (byte)(bytes[31] & 0x7F)]);
        if (y >= P) return null;
        BigInteger x2 = Mod((y * y - 1) * Inverse(Mod(D * y * y + 1))), x = BigInteger.ModPow(x2, (P + 3) / 8, P);
        if (Mod(x * x - x2) != 0) x = Mod(x * SqrtMinusOne);
        if (Mod(x * x - x2) != 0 || (x.IsZero && odd)) return null;
        if (x.IsEven == odd) x = P - x;
        return new Point(x, y, 1, Mod(x * y));
    }
}

// ---------------------------------------------------------------- JSON

static class Json
{
    /// <summary>JSON without duplicate keys, in valid UTF-8.</summary>
    public static JsonElement Parse(byte[] utf8, string place)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(utf8, new JsonDocumentOptions { AllowDuplicateProperties = false });
            Canonical(document.RootElement); // throws for what the format does not allow
            return document.RootElement.Clone();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw new Failed($"{place}: is not JSON as the format allows it: {e.Message}");
        }
    }

    /// <summary>RFC 8785, restricted to integers below 2^53 in magnitude.</summary>
    public static byte[] Canonical(JsonElement value)
    {
        var text = new StringBuilder();
        Write(value, text);
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    static void Write(JsonElement value, StringBuilder text)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                string comma = "{";
                foreach (JsonProperty member in value.EnumerateObject().OrderBy(m => m.Name, StringComparer.Ordinal))
                {
                    Quote(member.Name, text.Append(comma));
                    Write(member.Value, text.Append(':'));
                    comma = ",";
                }
                text.Append(comma == "{" ? "{}" : "}");
                break;
            case JsonValueKind.Array:
                text.Append('[');
                for (int i = 0; i < value.GetArrayLength(); i++)
                    Write(value[i], i == 0 ? text : text.Append(','));
                text.Append(']');
                break;
            case JsonValueKind.String:
                Quote(value.GetString()!, text);
                break;
            case JsonValueKind.Number:
                if (value.GetRawText().AsSpan().IndexOfAny(".eE") >= 0 || !value.TryGetInt64(out long number) || Math.Abs((decimal)number) >= 1L << 53)
                    throw new FormatException($"{value.GetRawText()} is not an integer below 2^53");
                text.Append(number.ToString(CultureInfo.InvariantCulture));
                break;
            default:
                text.Append(value.GetRawText());
                break;
        }
    }

    static void Quote(string value, StringBuilder text)
    {
        text.Append('"');
        foreach (char c in value)
        {
            int at = "\"\\\b\t\n\f\r".IndexOf(c, StringComparison.Ordinal);
            if (at >= 0) text.Append('\\').Append("\"\\btnfr"[at]);
            else if (c < ' ') text.Append("\\u00").Append(((int)c).ToString("x2", CultureInfo.InvariantCulture));
            else text.Append(c);
        }
        text.Append('"');
    }

    public static void RequireFields(JsonElement value, string place, string[] fields)
    {
        Verifier.Require(value.ValueKind == JsonValueKind.Object, $"{place}: is not an object");
        foreach (JsonProperty member in value.EnumerateObject())
            Verifier.Require(fields.Contains(member.Name), $"{place}: has the unknown field \"{member.Name}\"");
        foreach (string field in fields)
            Verifier.Require(value.TryGetProperty(field, out _), $"{place}: lacks the field \"{field}\"");
    }

    public static string Text(JsonElement parent, string name, string place = "manifest.json") =>
        parent.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : throw new Failed($"{place} {name}: is not a string");

    public static ulong Number(JsonElement parent, string name, string place = "manifest.json") =>
        parent.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number && value.TryGetUInt64(out ulong number) ? number : throw new Failed($"{place} {name}: is not a number from 0");

    public static byte[] Bytes(JsonElement parent, string name, int length, string place = "manifest.json") =>
        Base64(Text(parent, name, place)) is { } bytes && bytes.Length == length ? bytes : throw new Failed($"{place} {name}: is not canonical base64 of {length} bytes");

    public static List<byte[]> Hashes(JsonElement parent, string name, string place = "manifest.json")
    {
        JsonElement list = parent.GetProperty(name);
        Verifier.Require(list.ValueKind == JsonValueKind.Array, $"{place} {name}: is not a list");
        return [.. list.EnumerateArray().Select((item, i) => item.ValueKind == JsonValueKind.String && Base64(item.GetString()!) is { Length: 32 } hash
            ? hash : throw new Failed($"{place} {name}[{i}]: is not canonical base64 of 32 bytes"))];
    }

    /// <summary>Canonical base64: what re-encodes to the same text.</summary>
    public static byte[]? Base64(string text)
    {
        byte[] buffer = new byte[text.Length];
        return Convert.TryFromBase64String(text, buffer, out int length) && Convert.ToBase64String(buffer, 0, length) == text ? buffer[..length] : null;
    }

    /// <summary>Exactly {"kind":"log.heads","root":"…","trails":N}.</summary>
    public static (byte[] Root, ulong Trails) HeadsBody(byte[] body, string place)
    {
        JsonElement heads = Parse(body, place);
        RequireFields(heads, place, ["kind", "root", "trails"]);
        Verifier.Require(Canonical(heads).SequenceEqual(body) && Text(heads, "kind", place) == "log.heads", $"{place}: is not a heads body");
        return (Bytes(heads, "root", 32, place), Number(heads, "trails", place));
    }

    public static bool IsFiltered(JsonElement filter) => filter.ValueKind is not (JsonValueKind.Null or JsonValueKind.False) && filter.GetRawText() is not ("\"\"" or "{}" or "[]");
}
