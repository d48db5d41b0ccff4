namespace Story.Tampering;

/// <summary>A file of somebody else that takes all that is left of a file system. Disposing removes it.</summary>
internal sealed class FullDisk : IDisposable
{
    private readonly string _file;

    private FullDisk(string file) => _file = file;

    public static FullDisk Fill(string folder)
    {
        var disk = new FullDisk(Path.Combine(folder, "somebody-elses-file"));
        // Down to single bytes: half a page left would let another append through.
        foreach (var size in (int[])[1 << 20, 4096, 1])
        {
            using var file = new FileStream(disk._file, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
            try
            {
                while (true) file.Write(new byte[size]);
            }
            catch (IOException)
            {
                // Full at this size.
            }
        }
        return disk;
    }

    public void Dispose() => File.Delete(_file);
}
