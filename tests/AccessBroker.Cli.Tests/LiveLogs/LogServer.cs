using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using AccessBroker.TransparencyLog;

namespace AccessBroker.Cli.Tests;

/// <summary>A real HTTP server that shows a signed log of random leaves, and lies where a test says so.</summary>
internal sealed class LogServer : INoteSigner, IDisposable
{
    private const string Origin = "lying.example/log";
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly HttpListener _listener = new();
    private readonly List<byte[]> _leaves = [];

    public LogServer(int size)
    {
        Grow(size);
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            Address = $"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}";
        }
        _listener.Prefixes.Add(Address + "/");
        _listener.Start();
        _ = ServeAsync();
    }

    public string Address { get; }
    public VerifierKey Key => VerifierKey.ForEcdsaP256(Origin, _key.ExportSubjectPublicKeyInfo());

    /// <summary>Paths asked for.</summary>
    public List<string> Asked { get; } = [];

    /// <summary>Answers in place of the honest server; false where it does not.</summary>
    public Func<HttpListenerContext, string, byte[], Task<bool>> Lie { get; set; } = (_, _, _) => Task.FromResult(false);

    public byte[] Sign(ReadOnlySpan<byte> message) => _key.SignData(message, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

    public void Grow(int count)
    {
        for (var i = 0; i < count; i++)
            _leaves.Add(RandomNumberGenerator.GetBytes(Merkle.HashSize));
    }

    /// <summary>Writes another history from here on.</summary>
    public void Rewrite(int at) => _leaves[at] = RandomNumberGenerator.GetBytes(Merkle.HashSize);

    public byte[] Note(int? size = null, byte[]? root = null)
    {
        var leaves = _leaves.Take(size ?? _leaves.Count).ToList();
        return Encoding.UTF8.GetBytes(SignedNote.Sign(new Checkpoint(Origin, (ulong)leaves.Count, root ?? Merkle.Root(leaves)).ToText(), [this]).ToString());
    }

    public static async Task<bool> AnswerAsync(HttpListenerContext context, byte[] bytes, int status = 200)
    {
        context.Response.StatusCode = status;
        context.Response.ContentLength64 = bytes.Length;
        await context.Response.OutputStream.WriteAsync(bytes);
        context.Response.Close();
        return true;
    }

    public void Dispose()
    {
        _listener.Close();
        _key.Dispose();
    }

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            try
            {
                _ = AnswerAsync(await _listener.GetContextAsync());
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        var path = context.Request.Url!.AbsolutePath;
        lock (Asked)
            Asked.Add(path);
        try
        {
            var honest = path == "/log/checkpoint" ? Note() : TilePath.TryParse(path["/log/".Length..], out var tile) ? TileAt(tile) : [];
            if (!await Lie(context, path, honest))
                await AnswerAsync(context, honest, honest.Length == 0 ? 404 : 200);
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or IOException or InvalidOperationException)
        {
            // the client had enough
        }
    }

    private byte[] TileAt(TilePath tile)
    {
        IReadOnlyList<byte[]> hashes = _leaves;
        for (var level = 0; level < tile.Level; level++)
            hashes = [.. hashes.Chunk(TilePath.FullWidth).Where(chunk => chunk.Length == TilePath.FullWidth).Select(chunk => Merkle.Root(chunk))];
        var own = hashes.Skip((int)tile.Index * TilePath.FullWidth).Take(tile.Width).ToList();
        return own.Count == tile.Width ? [.. own.SelectMany(h => h)] : [];
    }
}
