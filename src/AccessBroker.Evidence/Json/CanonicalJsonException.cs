namespace AccessBroker.Evidence;

/// <summary>The input is not JSON, or not within the subset that the log allows. The message says which and where.</summary>
public sealed class CanonicalJsonException(string message) : FormatException(message);
