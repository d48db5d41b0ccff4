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

    /// <summary>Signs checkpoints; two during a rotation's overlap.</summary>
    IReadOnlyList<INoteSigner> Signers { get; }

    /// <summary>HMAC of the customer id under the deployment's trail key (cached).</summary>
    Hash32 TrailOf(string tenant);
}
