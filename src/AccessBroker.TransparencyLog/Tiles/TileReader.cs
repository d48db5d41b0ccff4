namespace AccessBroker.TransparencyLog;

/// <summary>Fetches the hashes of a tile, the longest that is stored; null when there is none.</summary>
/// <param name="level">The tile's level.</param>
/// <param name="n">The tile's index.</param>
/// <returns>32 bytes a hash, at most 256 hashes.</returns>
public delegate ReadOnlyMemory<byte>? TileReader(int level, ulong n);
