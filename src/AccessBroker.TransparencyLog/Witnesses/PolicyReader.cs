using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace AccessBroker.TransparencyLog;

/// <summary>Reads a C2SP tlog-policy file, line by line. One reader reads one file.</summary>
/// <remarks>The file is taken as Unicode text, where the specification also allows octets that are no UTF-8.</remarks>
internal sealed class PolicyReader
{
    private const string None = "none";

    // The specification asks for at least 32 of each.
    private const int MaxLines = 1000;

    private readonly List<VerifierKey> _logs = [];
    private readonly List<Witness> _witnesses = [];
    private readonly Dictionary<string, IQuorum> _defined = new(StringComparer.Ordinal);
    private readonly HashSet<string> _grouped = new(StringComparer.Ordinal);
    private bool _hasQuorum;
    private IQuorum? _quorum;

    public bool TryRead(string text, [NotNullWhen(true)] out WitnessPolicy? policy, [NotNullWhen(false)] out string? error)
    {
        policy = null;
        var lines = text.Split('\n');
        if (lines.Length > MaxLines)
        {
            error = $"The policy has more than {MaxLines} lines.";
            return false;
        }
        var isEmpty = true;
        for (var i = 0; i < lines.Length; i++)
        {
            var words = lines[i].Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            var problem = lines[i].Any(c => c is < ' ' and not '\t' or '\x7f')
                ? "holds a control character (a carriage return, for instance)."
                : words is [] || words[0].StartsWith('#') ? null : Read(words);
            if (problem is not null)
            {
                error = $"Line {i + 1} of the policy {problem}";
                return false;
            }
            isEmpty &= words is [] || words[0].StartsWith('#');
        }
        error = _hasQuorum || isEmpty ? null : "The policy has no quorum line; write 'quorum none' if no witness is needed.";
        if (error is not null)
            return false;
        policy = isEmpty ? WitnessPolicy.None : new WitnessPolicy(_logs, _witnesses, _quorum);
        return true;
    }

    /// <summary>Null when the line is understood, else the rest of a sentence.</summary>
    private string? Read(string[] words) => words switch
    {
        ["log", var key] => ReadLog(key),
        ["log", var key, _] => ReadLog(key),
        ["witness", var name, var key] => ReadWitness(name, key, null),
        ["witness", var name, var key, var url] => ReadWitness(name, key, url),
        ["group", var name, var threshold, .. { Length: > 0 } members] => ReadGroup(name, threshold, members),
        ["quorum", var name] => ReadQuorum(name),
        ["log" or "witness" or "group" or "quorum", ..] => $"has the wrong number of words for '{words[0]}'.",
        _ => $"begins with '{words[0]}'; known are log, witness, group and quorum.",
    };

    private string? ReadLog(string text)
    {
        if (!VerifierKey.TryParse(text, out var key, out var error))
            return $"names no usable key. {error}";
        if (key.Algorithm == NoteAlgorithm.CosignatureV1)
            return "gives a log a witness' key (type 0x04).";
        if (_logs.Any(known => SameKey(known, key)))
            return "names a log key that an earlier line names already.";
        _logs.Add(key);
        return null;
    }

    private string? ReadWitness(string name, string text, string? url)
    {
        if (!VerifierKey.TryParse(text, out var key, out var error))
            return $"names no usable key. {error}";
        if (key.Algorithm != NoteAlgorithm.CosignatureV1)
            return $"gives witness {name} a key that makes no cosignatures; its type must be 0x04.";
        if (_witnesses.Any(known => SameKey(known.Key, key)))
            return $"gives witness {name} a key that an earlier witness has.";
        var witness = new Witness(name, key, url);
        _witnesses.Add(witness);
        return Define(name, witness);
    }

    private string? ReadGroup(string name, string threshold, string[] memberNames)
    {
        var members = new List<IQuorum>();
        foreach (var member in memberNames)
        {
            if (!_defined.TryGetValue(member, out var quorum))
                return $"puts {member} into group {name}, but no earlier line defines it.";
            if (!_grouped.Add(member))
                return $"puts {member} into a group a second time.";
            members.Add(quorum);
        }
        var k = threshold switch { "any" => 1, "all" => members.Count, _ => ParseThreshold(threshold) };
        return k >= 1 && k <= members.Count
            ? Define(name, new WitnessGroup(name, k, members))
            : $"has the threshold '{threshold}'; it must be any, all or a number from 1 to {members.Count}.";
    }

    private string? ReadQuorum(string name)
    {
        if (_hasQuorum)
            return "is a second quorum line.";
        _hasQuorum = true;
        return name == None || _defined.TryGetValue(name, out _quorum) ? null : $"makes {name} the quorum, but no earlier line defines it.";
    }

    private string? Define(string name, IQuorum quorum) =>
        name != None && _defined.TryAdd(name, quorum) ? null : $"defines {name}, which is defined already.";

    private static int ParseThreshold(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var k) ? k : 0;

    private static bool SameKey(VerifierKey a, VerifierKey b) => a.PublicKey.Span.SequenceEqual(b.PublicKey.Span);
}
