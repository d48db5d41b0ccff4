namespace AccessBroker.Web.Trails;

/// <param name="Zip">At its beginning; whoever sends it closes it, and closed it is gone.</param>
/// <param name="Name">File name for the download.</param>
internal sealed record ExportedFile(Stream Zip, string Name);
