namespace AccessBroker.Web.Exports;

/// <summary>The files of all exports together would pass <see cref="ExportOptions.MaxBytes"/>.</summary>
internal sealed class SpoolFullException() : IOException("There is no room for this export: the server keeps finished ones for a while. Fetch and remove others, export less at a time, or ask an administrator to raise Exports:MaxBytes.");
