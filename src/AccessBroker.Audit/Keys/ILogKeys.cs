using AccessBroker.Evidence;
using AccessBroker.TransparencyLog;

namespace AccessBroker.Audit;

/// <summary>What the log of this deployment is: its origin, its signers, and how customers map to trails.</summary>
public interface ILogKeys
{
    /// <summary>Current origin: the name of the checkpoint key.</summary>
    string Origin { get; }

    /// <summary>The origin at the log's creation: part of every trail's genesis.</summary>
    string FirstOrigin { get; }

    /// <summary>Signs checkpoints, newest key first; two during a rotation's overlap.</summary>
    /// <exception cref="InvalidDataException">There is none that the log names and that may still sign.</exception>
    IReadOnlyList<INoteSigner> Signers { get; }

    /// <summary>Every checkpoint key that this log ever had, retired ones included: for what somebody kept from before.</summary>
    IReadOnlyList<VerifierKey> EveryKey { get; }

    /// <summary>How each key but the newest handed over to the next, oldest first.</summary>
    IReadOnlyList<KeySuccession> Successions { get; }

    /// <summary>Reads which keys there are now. A key counts once the log's entry that names it is committed.</summary>
    Task RefreshAsync(CancellationToken cancellationToken);

    /// <summary>HMAC of the customer id under the deployment's trail key (cached).</summary>
    Hash32 TrailOf(string tenant);
}
