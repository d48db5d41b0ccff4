using System.Buffers.Binary;

namespace AccessBroker.Evidence;

/// <summary>
/// Claims about ids in temporary files, one for each part, in a folder that only this user can enter. They hold ids and no
/// customer's data, and are gone when this is disposed.
/// </summary>
internal sealed class IdSpool : IDisposable
{
    /// <summary>As many files are open at once as a process may usually have several times over. With 2^20 ids a part, enough for 128 million entries; beyond that, parts grow.</summary>
    public const int MaxParts = 256;

    private const int Size = 29; // claim 1, trail 4, entry 8, id 16
    private readonly string _place, _folder;
    private readonly List<FileStream> _parts = [];

    /// <param name="place">In which folder to make its own.</param>
    /// <param name="parts">1 to <see cref="MaxParts"/>.</param>
    /// <exception cref="UnusableBundleException">There is no room for temporary files.</exception>
    public IdSpool(string place, int parts)
    {
        (_place, _folder) = (place, Path.Combine(place, $"accessbroker-verify-{Path.GetRandomFileName()}"));
        try
        {
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(_folder); // the user's own temporary folder there
            else
                Directory.CreateDirectory(_folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            for (var i = 0; i < parts; i++)
            {
                _parts.Add(new FileStream(Path.Combine(_folder, $"ids-{i}"), new FileStreamOptions
                {
                    Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Options = FileOptions.DeleteOnClose, BufferSize = 16 * 1024,
                }));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Dispose();
            throw NoRoom(e);
        }
    }

    public int Parts => _parts.Count;

    /// <exception cref="UnusableBundleException">There is no room left.</exception>
    public void Add(in IdRecord record)
    {
        Span<byte> bytes = stackalloc byte[Size];
        bytes[0] = (byte)record.Claim;
        BinaryPrimitives.WriteInt32LittleEndian(bytes[1..], record.Trail);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[5..], record.Entry);
        record.Id.TryWriteBytes(bytes[13..]);
        try
        {
            _parts[(int)((uint)record.Key.GetHashCode() % (uint)_parts.Count)].Write(bytes);
        }
        catch (IOException e)
        {
            throw NoRoom(e);
        }
    }

    /// <summary>What was added to a part, in order.</summary>
    public IEnumerable<IdRecord> Read(int part)
    {
        var file = _parts[part];
        Rewind(file);
        var bytes = new byte[Size * 1024];
        int read;
        while ((read = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)) > 0)
        {
            for (var at = 0; at < read; at += Size)
            {
                yield return new IdRecord(
                    (IdClaim)bytes[at], BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(at + 1)),
                    BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(at + 5)), new Guid(bytes.AsSpan(at + 13, 16)));
            }
        }
    }

    public void Dispose()
    {
        foreach (var part in _parts)
        {
            try
            {
                part.Dispose();
            }
            catch (IOException)
            {
                // Where there is no room, closing tries once more to write what was buffered; it has been said already.
            }
        }
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Writes what is buffered, too.</summary>
    private void Rewind(FileStream file)
    {
        try
        {
            file.Position = 0;
        }
        catch (IOException e)
        {
            throw NoRoom(e);
        }
    }

    private UnusableBundleException NoRoom(Exception e) => new(
        $"A log as long as this is verified with temporary files, about 60 bytes an entry, and they cannot be written to {_place}: {e.Message} "
        + "Make room there, or name another folder in the environment (TMPDIR; on Windows TMP).", e);
}
