namespace AccessBroker.Storage;

/// <summary>A rotation cannot be made, or not now. The message says why and what to do; nothing is lost, and it may be tried again.</summary>
public sealed class KeyRotationException(string message, Exception? inner = null) : Exception(message, inner);
