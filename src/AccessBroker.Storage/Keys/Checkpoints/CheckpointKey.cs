using AccessBroker.TransparencyLog;

namespace AccessBroker.Storage;

/// <summary>A checkpoint key as the log knows it.</summary>
/// <param name="Generation">1 for the log's first, which no entry names; the row's key id.</param>
/// <param name="Added">What the entry that names it says; null for the first.</param>
/// <param name="Signer">Null once its private part is destroyed.</param>
internal sealed record CheckpointKey(int Generation, KeySuccession? Added, VerifierKey Key, Ed25519Signer? Signer);
