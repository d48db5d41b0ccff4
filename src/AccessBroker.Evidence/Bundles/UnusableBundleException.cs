namespace AccessBroker.Evidence;

/// <summary>There is nothing here that could be checked: no such folder, no zip, no manifest. The message says what to do.</summary>
public sealed class UnusableBundleException(string message, Exception? inner = null) : IOException(message, inner);
