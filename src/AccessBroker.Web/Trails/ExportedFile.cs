namespace AccessBroker.Web.Trails;

/// <param name="Content">At its beginning; whoever sends it closes it, and closed it is gone.</param>
/// <param name="Name">File name for the download.</param>
internal sealed record ExportedFile(Stream Content, string Name, string ContentType = "application/zip");
