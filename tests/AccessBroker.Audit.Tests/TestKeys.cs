using System.Security.Cryptography;
using AccessBroker.Evidence;
using AccessBroker.TransparencyLog;

namespace AccessBroker.Audit.Tests;

internal sealed class TestKeys : ILogKeys, IDataKeys
{
    private readonly Dictionary<string, DataKey> _keys = [];

    public string Origin => "test.example/log";

    public string FirstOrigin => Origin;

    public IReadOnlyList<INoteSigner> Signers => [];

    public IReadOnlyList<VerifierKey> EveryKey => [];

    public IReadOnlyList<KeySuccession> Successions => [];

    public Task RefreshAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Hash32 TrailOf(string tenant) => TrailId.Derive(new byte[32], tenant);

    public DataKey For(string owner)
    {
        lock (_keys)
            return _keys.TryGetValue(owner, out var key) ? key : _keys[owner] = new DataKey(_keys.Count + 1, RandomNumberGenerator.GetBytes(32));
    }

    public DataKey? Find(int id)
    {
        lock (_keys)
            return _keys.Values.SingleOrDefault(k => k.Id == id);
    }

    /// <summary>What erasure does.</summary>
    public void Destroy(string owner)
    {
        lock (_keys)
            _keys.Remove(owner);
    }
}
