using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AccessBroker.Web.Exports;

namespace AccessBroker.Web.Schedules;

/// <summary>
/// The files of a schedule: <c>{schedule}.{customer}.{planned}.{ending}</c>, and the same with <c>.sha256</c> once the file is there whole. None of
/// the parts can hold a dot, so no two schedules or customers share a name, and names sort by time. While a file is made it begins with a dot.
/// </summary>
internal sealed class ScheduleFolder(string path, string schedule)
{
    private const string Sum = ".sha256", Part = ".part", Stamp = "yyyyMMdd'T'HHmmss'Z'";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Why nothing should be written there: a clause that follows its name. Null: nothing is wrong.</summary>
    public static string? Broken(string folder)
    {
        if (!Path.IsPathFullyQualified(folder))
            return "give the whole path, such as /var/lib/accessbroker/audit-files.";
        if (!Directory.Exists(folder))
            return "there is no such folder: make it for the server's user alone (mode 700).";
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(folder) & ~(OwnerOnly | UnixFileMode.UserExecute)) != 0)
            return "others may read it or enter it: set it to mode 700, for the server's user alone.";
        try
        {
            var probe = Path.Combine(folder, $".{Path.GetRandomFileName()}{Part}");
            Create(probe).Dispose();
            File.Delete(probe);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "the server's user cannot write there: set its owner, and see that its disk has room.";
        }
    }

    /// <param name="tenant"><c>*</c> for whatever the run made.</param>
    public string NameOf(string tenant, DateTimeOffset planned, string ending) =>
        string.Create(CultureInfo.InvariantCulture, $"{schedule}.{tenant}.{planned.UtcDateTime.ToString(Stamp, CultureInfo.InvariantCulture)}.{ending}");

    /// <summary>The file is there whole: whoever made it was killed before it could say so.</summary>
    public bool Has(string name) => File.Exists(Path.Combine(path, name)) && File.Exists(Path.Combine(path, name + Sum));

    /// <summary>A file under a name of its own, for its maker.</summary>
    public FileStream Begin(string name, Guid maker) => Create(Path.Combine(path, Aside(name, maker)));

    /// <summary>
    /// Gives the finished file its name, durably: content, name, sum, name of the sum. Killed in between, the file has no sum and is made again.
    /// </summary>
    public async Task CompleteAsync(FileStream file, string name, Guid maker, CancellationToken cancellationToken)
    {
        await file.FlushAsync(cancellationToken);
        file.Flush(flushToDisk: true);
        file.Position = 0;
        var line = Encoding.ASCII.GetBytes($"{Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken))}  {name}\n"); // as sha256sum -c reads it
        var asideSum = Path.Combine(path, Aside(name + Sum, maker));
        await using (var sum = Create(asideSum))
        {
            sum.Write(line);
            sum.Flush(flushToDisk: true);
        }
        File.Delete(Path.Combine(path, name + Sum));
        File.Move(file.Name, Path.Combine(path, name), overwrite: true);
        FolderOnDisk.Flush(path);
        File.Move(asideSum, Path.Combine(path, name + Sum), overwrite: true);
        FolderOnDisk.Flush(path);
    }

    /// <summary>Takes away what this maker began.</summary>
    public void Drop(string name, Guid maker)
    {
        File.Delete(Path.Combine(path, Aside(name, maker)));
        File.Delete(Path.Combine(path, Aside(name + Sum, maker)));
    }

    /// <summary>Takes away what others began and were killed at. Only who holds the schedule may.</summary>
    public void RemoveHalfMade()
    {
        foreach (var left in Directory.EnumerateFiles(path, $".{schedule}.*{Part}"))
            File.Delete(left);
    }

    /// <summary>Leaves the newest of a customer. What is not named as this schedule's files are is not touched.</summary>
    public void RemoveOld(string tenant, int keep)
    {
        var old = Directory.EnumerateFiles(path, $"{schedule}.{tenant}.*").Select(f => Path.GetFileName(f)).Where(IsOwn)
            .GroupBy(name => name.Split('.')[2], StringComparer.Ordinal).OrderByDescending(run => run.Key, StringComparer.Ordinal).Skip(keep);
        foreach (var name in old.SelectMany(run => run).Order(StringComparer.Ordinal).Reverse()) // the sum before its file
            File.Delete(Path.Combine(path, name));
    }

    private static bool IsOwn(string name)
    {
        var parts = name.Split('.');
        return parts.Length is 4 or 5
            && DateTime.TryParseExact(parts[2], Stamp, CultureInfo.InvariantCulture, DateTimeStyles.None, out _)
            && ExportOrder.Endings.Contains(parts[3], StringComparer.Ordinal)
            && (parts.Length == 4 || '.' + parts[4] == Sum);
    }

    private static string Aside(string name, Guid maker) => $".{name}.{maker:N}{Part}";

    private static FileStream Create(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.Delete, Options = FileOptions.Asynchronous, BufferSize = 64 * 1024 };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        return new FileStream(path, options);
    }
}
