using Microsoft.Extensions.Options;

namespace AccessBroker.Web.Exports;

/// <summary>Configuration section <c>Exports</c>: files that are made in the background and wait to be fetched.</summary>
public sealed class ExportOptions
{
    /// <summary>
    /// Folder of the files, made readable by the server's user alone. Several servers may share one (its file system must have locks); then any of
    /// them hands out what any has made. Default: a folder of this deployment's own in the system's folder for temporary files.
    /// </summary>
    public string Folder { get; set; } = "";

    /// <summary>How long a file is kept. 1 min to 30 d; default 1 d.</summary>
    public TimeSpan KeepFor { get; set; } = TimeSpan.FromDays(1);

    /// <summary>Bytes of all files together; an export that would pass it fails. At least 1 MiB; default 20 GiB.</summary>
    public long MaxBytes { get; set; } = 20L << 30;

    /// <summary>Exports that one server makes at the same time; the others wait. 1–16; default 2.</summary>
    public int AtOnce { get; set; } = 2;
}

/// <summary>Checks the section at start: all errors at once, in sentences.</summary>
internal sealed class ExportValidation : IValidateOptions<ExportOptions>
{
    public ValidateOptionsResult Validate(string? name, ExportOptions options)
    {
        var errors = new List<string>();
        if (options.KeepFor < TimeSpan.FromMinutes(1) || options.KeepFor > TimeSpan.FromDays(30))
            errors.Add($"Exports:KeepFor is {options.KeepFor}; it must be from one minute to 30 days.");
        if (options.MaxBytes < 1 << 20)
            errors.Add($"Exports:MaxBytes is {options.MaxBytes}; it must be at least 1048576.");
        if (options.AtOnce is < 1 or > 16)
            errors.Add($"Exports:AtOnce is {options.AtOnce}; it must be 1–16.");
        if (options.Folder.Length > 0 && !Path.IsPathFullyQualified(options.Folder))
            errors.Add($"Exports:Folder is '{options.Folder}'; give the whole path, such as /var/lib/accessbroker/exports, or leave it out.");
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
