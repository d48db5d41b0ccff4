using System.Collections.Concurrent;
using AccessBroker.TransparencyLog;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AccessBroker.Audit;

/// <summary>
/// What this deployment must not forget when its database is put back to an earlier day: the newest checkpoint that each node
/// signed, and the newest that each customer is known to keep. Small files in a folder of their own (<c>Log:Memory</c>), one note each.
/// </summary>
/// <remarks>It witnesses against a restored or rolled back database; it does not replace a witness elsewhere, because one box may hold both.</remarks>
internal sealed partial class LogMemory(IOptions<AuditOptions> options, ILogger<LogMemory> logger)
{
    private const string SignedPrefix = "signed-", PinnedPrefix = "pinned-";
    private readonly ConcurrentDictionary<string, RememberedNote> _notes = new(StringComparer.Ordinal);
    private readonly Lock _write = new();
    private bool _read;
    private bool _told;

    /// <summary>Null where it was turned off.</summary>
    public string? Folder => options.Value.Memory is { Length: > 0 } folder ? folder : null;

    /// <summary>The largest checkpoint of this origin that is remembered; null for none.</summary>
    /// <exception cref="InvalidDataException">A file is there that is no note: it says nothing, which must not pass for knowing nothing.</exception>
    public RememberedNote? Largest(string origin)
    {
        lock (_write)
        {
            if (!_read)
                ReadAll();
            _read = true;
        }
        return _notes.Values.Where(note => note.Checkpoint.Origin == origin).MaxBy(note => note.Checkpoint.Size);
    }

    /// <summary>A node signed this.</summary>
    public void Signed(int node, string note) => Remember($"{SignedPrefix}{node}", note, always: true);

    /// <summary>A customer keeps this, signed by this log.</summary>
    public void Pinned(string tenant, string note) => Remember(PinnedPrefix + tenant, note, always: false);

    private void Remember(string name, string note, bool always)
    {
        if (Folder is not { } folder)
            return;
        var file = Path.Combine(folder, name);
        var remembered = Parse(file, note);
        lock (_write)
        {
            if (!always && _notes.TryGetValue(name, out var before) && before.Checkpoint.Origin == remembered.Checkpoint.Origin && before.Checkpoint.Size >= remembered.Checkpoint.Size)
                return;
            _notes[name] = remembered;
            try
            {
                OwnFiles.Replace(file, note);
                _told = false;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                if (!_told)
                    NotWritten(logger, file, e);
                _told = true;
            }
        }
    }

    private void ReadAll()
    {
        if (Folder is not { } folder || !Directory.Exists(folder))
            return;
        foreach (var file in Directory.EnumerateFiles(folder).Where(file => IsNote(Path.GetFileName(file))))
            _notes.TryAdd(Path.GetFileName(file), Parse(file, File.ReadAllText(file)));
    }

    private static bool IsNote(string name) =>
        (name.StartsWith(SignedPrefix, StringComparison.Ordinal) || name.StartsWith(PinnedPrefix, StringComparison.Ordinal)) && !name.EndsWith(OwnFiles.Aside, StringComparison.Ordinal);

    private static RememberedNote Parse(string file, string note) =>
        SignedNote.TryParse(note, out var signed, out var error) && Checkpoint.TryParse(signed.Text, out var checkpoint, out error)
            ? new RememberedNote(file, checkpoint, signed)
            : throw new InvalidDataException($"The file {file} should hold the newest checkpoint that was signed, and cannot be read: {error} Put back its copy; or, if there is none, move it away, and what it knew is lost.");

    [LoggerMessage(1060, LogLevel.Error, "The newest checkpoint could not be remembered in {File}: should an older backup be restored now, only witnesses would notice")]
    private static partial void NotWritten(ILogger logger, string file, Exception exception);
}

/// <param name="File">Where it is kept, for people.</param>
internal sealed record RememberedNote(string File, Checkpoint Checkpoint, SignedNote Note);
