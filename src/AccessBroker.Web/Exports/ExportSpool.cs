using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AccessBroker.Audit;
using AccessBroker.Storage;
using Microsoft.Extensions.Options;

namespace AccessBroker.Web.Exports;

/// <summary>
/// The folder of exports, one folder each: <c>job.json</c>, <c>data</c>, and <c>lock</c>, which whoever makes the file holds. A lock that nobody
/// holds on an export that is not finished means that its server is gone, also where another server looks. All of it is the server's user's alone.
/// </summary>
internal sealed class ExportSpool
{
    private const string Job = "job.json", Data = "data", LockFile = "lock";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string _folder;
    private readonly TimeProvider _time;
    private readonly ExportOptions _options;
    private readonly Lock _making = new();

    public ExportSpool(IOptions<ExportOptions> options, IOptions<KeyOptions> keys, IOptions<AuditOptions> log, TimeProvider time)
    {
        (_options, _time) = (options.Value, time);
        _folder = _options.Folder.Length > 0 ? _options.Folder : Path.Combine(Path.GetTempPath(), "accessbroker-exports-" + NameOf(keys.Value.Folder, log.Value.Origin));
    }

    /// <summary>A new export's folder; the lock is the caller's until it is disposed.</summary>
    public FileStream Create(SpooledExport export)
    {
        MakeFolder(_folder);
        MakeFolder(PathOf(export.Id));
        var held = TryHold(export.Id) ?? throw new IOException("A new export is locked by somebody else.");
        Write(export);
        return held;
    }

    /// <summary>The lock of an export that somebody may have left; null while its maker lives, or where there is none.</summary>
    public FileStream? TryHold(Guid id)
    {
        try
        {
            return new FileStream(PathOf(id, LockFile), Options(FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>The export, or null where there is none (any more). One whose maker is gone is interrupted.</summary>
    public SpooledExport? Find(Guid id)
    {
        if (Read(id) is not { } export || !export.IsOpen || TryHold(id) is not { } abandoned)
            return Read(id);
        using (abandoned)
        {
            if (Read(id) is not { IsOpen: true } left)
                return Read(id); // finished between the two looks
            var interrupted = left with { State = ExportState.Interrupted, FinishedAt = _time.GetUtcNow() };
            Write(interrupted);
            DeleteData(id);
            return interrupted;
        }
    }

    public IEnumerable<SpooledExport> All()
    {
        if (!Directory.Exists(_folder))
            return [];
        return Directory.EnumerateDirectories(_folder).Select(path => Guid.TryParseExact(Path.GetFileName(path), "D", out var id) ? Find(id) : null).OfType<SpooledExport>();
    }

    /// <summary>Replaces what is known of the export, at once or not at all.</summary>
    /// <exception cref="IOException">It was removed.</exception>
    public void Write(SpooledExport export)
    {
        var path = PathOf(export.Id, Job);
        var next = path + ".new";
        using (var file = new FileStream(next, Options(FileMode.Create, FileAccess.Write, FileShare.None)))
            JsonSerializer.Serialize(file, export, SpoolJson.Default.SpooledExport);
        File.Move(next, path, overwrite: true);
    }

    /// <summary>The file, empty, for its maker.</summary>
    public FileStream OpenForWriting(Guid id) => new(PathOf(id, Data), Options(FileMode.Create, FileAccess.ReadWrite, FileShare.None));

    /// <summary>The finished file; null where it was removed meanwhile.</summary>
    public FileStream? OpenForReading(Guid id)
    {
        try
        {
            return new FileStream(PathOf(id, Data), Options(FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Takes an export away. Whoever reads its file at that moment reads on; whoever makes it finds no place any more.</summary>
    public void Remove(Guid id)
    {
        try
        {
            Directory.Delete(PathOf(id), recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // somebody else was faster
        }
    }

    /// <summary>Bytes of all files.</summary>
    public long Used() => !Directory.Exists(_folder) ? 0
        : new DirectoryInfo(_folder).EnumerateFiles("*", new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true }).Sum(f => f.Exists ? f.Length : 0);

    /// <summary>Removes what is older than <see cref="ExportOptions.KeepFor"/>.</summary>
    public void Sweep()
    {
        var limit = _time.GetUtcNow() - _options.KeepFor;
        foreach (var old in All().Where(e => !e.IsOpen && e.Since < limit).ToList())
            Remove(old.Id);
    }

    public void DeleteData(Guid id) => File.Delete(PathOf(id, Data));

    private SpooledExport? Read(Guid id)
    {
        try
        {
            using var file = new FileStream(PathOf(id, Job), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return JsonSerializer.Deserialize(file, SpoolJson.Default.SpooledExport);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return null;
        }
    }

    /// <summary>In a folder for everybody's temporary files, somebody else may have made one of this name first.</summary>
    private void MakeFolder(string path)
    {
        lock (_making)
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(path);
                return;
            }
            const UnixFileMode own = OwnerOnly | UnixFileMode.UserExecute;
            var made = Directory.CreateDirectory(path, own);
            if (made.LinkTarget is not null || made.UnixFileMode != own)
                throw new IOException($"The folder {path} for exports is not the server's own: it must be a folder that nobody else may enter (mode 700). Set it so, or name another in Exports:Folder.");
        }
    }

    private static FileStreamOptions Options(FileMode mode, FileAccess access, FileShare share)
    {
        var options = new FileStreamOptions { Mode = mode, Access = access, Share = share, Options = FileOptions.Asynchronous, BufferSize = 64 * 1024 };
        if (!OperatingSystem.IsWindows() && mode != FileMode.Open)
            options.UnixCreateMode = OwnerOnly;
        return options;
    }

    private string PathOf(Guid id, string? file = null) => file is null ? Path.Combine(_folder, id.ToString("D")) : Path.Combine(_folder, id.ToString("D"), file);

    /// <summary>The same at each start of the same deployment on this machine, and of no other.</summary>
    private static string NameOf(string keys, string origin) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Path.GetFullPath(keys)}\n{origin}")))[..16];
}
