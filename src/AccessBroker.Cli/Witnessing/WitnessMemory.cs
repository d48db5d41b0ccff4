using System.Security.Cryptography;
using System.Text;
using AccessBroker.TransparencyLog;

namespace AccessBroker.Cli;

/// <summary>
/// The last cosigned checkpoint of each log, as the whole note, in a file named by the hash of the origin. What is there and cannot
/// be read keeps the witness from starting: taking it for "never seen" would let a log begin anew.
/// </summary>
internal sealed class WitnessMemory
{
    private readonly string _folder;
    private readonly Dictionary<string, SignedNote> _notes = new(StringComparer.Ordinal);

    /// <exception cref="CliException">A file is damaged.</exception>
    public WitnessMemory(string folder, IEnumerable<string> origins, VerifierKey own)
    {
        _folder = folder;
        foreach (var origin in origins.Distinct(StringComparer.Ordinal))
        {
            var path = PathOf(origin);
            if (!File.Exists(path)) continue;
            _notes[origin] = SignedNote.TryParse(File.ReadAllBytes(path), out var note, out _) && note.Verify([own]).IsValid
                && Checkpoint.TryParse(note.Text, out var checkpoint, out _) && checkpoint.Origin == origin
                ? note
                : throw new CliException(ExitCode.Failure, "state-damaged", $"{path} should hold the checkpoint of {origin} that this witness cosigned last, and does not.", "A witness that forgot vouches for what it did not see: start a new one, with another --folder and --name.");
        }
    }

    /// <summary>Lower-case hexadecimal, as C2SP tlog-witness names a log in addresses.</summary>
    public static string HashOf(string origin) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(origin)));

    /// <summary>Null where nothing of this log was cosigned.</summary>
    public SignedNote? NoteOf(string origin) => _notes.GetValueOrDefault(origin);

    public Checkpoint? CheckpointOf(string origin) => NoteOf(origin) is { } note ? Checkpoint.Parse(note.Text) : null;

    /// <summary>Durable when it returns; only then may the cosignature leave the program.</summary>
    public void Keep(string origin, SignedNote note)
    {
        DurableFile.Write(PathOf(origin), Encoding.UTF8.GetBytes(note.ToString()));
        _notes[origin] = note;
    }

    private string PathOf(string origin) => Path.Combine(_folder, HashOf(origin));
}
