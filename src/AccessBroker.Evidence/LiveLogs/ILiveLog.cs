using AccessBroker.TransparencyLog;

namespace AccessBroker.Evidence;

/// <summary>A log as its server shows it to anybody (C2SP tlog-tiles). Nothing that it returns is believed.</summary>
public interface ILiveLog
{
    /// <summary>The newest signed note.</summary>
    /// <exception cref="EvidenceException">There is none, or what came is no note's size.</exception>
    Task<byte[]> CheckpointAsync(CancellationToken cancellationToken);

    /// <summary>The hashes of a tile; a full one in place of a partial one is cut to the width asked for.</summary>
    /// <returns>Exactly 32 bytes for each hash of the path's width.</returns>
    /// <exception cref="EvidenceException">There is none, or it has another size.</exception>
    Task<byte[]> TileAsync(TilePath path, CancellationToken cancellationToken);
}
