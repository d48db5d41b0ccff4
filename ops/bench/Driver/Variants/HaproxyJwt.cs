using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;

namespace Bench;

/// <summary>
/// HAProxy that verifies the broker's own consent token at each request (signature, algorithm, audience, expiry) and logs a line.
/// It knows nothing of grants: a revoked one goes on until its token ends. Lines are not synced to disk.
/// </summary>
internal sealed class HaproxyJwt(int port, string log, Broker broker) : IVariant
{
    public string Name => "haproxy-jwt";

    public bool Guards => true;

    public static string Log(string folder) => Path.Combine(folder, "log");

    public static async Task<Running> StartAsync(string folder, int port, int upstream, Broker broker)
    {
        Directory.CreateDirectory(folder);
        var pem = Path.Combine(folder, "key.pem");
        await File.WriteAllTextAsync(pem, ToPem((await broker.JwksAsync()).GetProperty("keys")[0]));
        var file = Path.Combine(folder, "haproxy.cfg");
        await File.WriteAllTextAsync(file, $$"""
            global
                log stdout format raw local0 info
                nbthread 2
                maxconn 8192
            defaults
                mode http
                log global
                option httplog
                timeout client 60s
                timeout server 60s
                timeout connect 5s
            frontend gateway
                bind 127.0.0.1:{{port}}
                http-request set-var(txn.bearer) http_auth_bearer
                http-request set-var(txn.alg) var(txn.bearer),jwt_header_query('$.alg')
                http-request set-var(txn.aud) var(txn.bearer),jwt_payload_query('$.aud')
                http-request set-var(txn.exp) var(txn.bearer),jwt_payload_query('$.exp','int')
                http-request set-var(txn.now) date()
                http-request deny deny_status 401 unless { var(txn.alg) -m str ES256 }
                http-request deny deny_status 401 unless { var(txn.bearer),jwt_verify(txn.alg,"{{pem}}") -m int 1 }
                http-request deny deny_status 401 unless { var(txn.aud) -m str {{broker.GatewayOrigin}} }
                http-request deny deny_status 401 if { var(txn.exp),sub(txn.now) -m int lt 0 }
                default_backend application
            backend application
                http-reuse always
                server one 127.0.0.1:{{upstream}} pool-max-conn 512

            """);
        return await Running.StartAsync("HAProxy", Log(folder), port, folder, "haproxy", ["-f", file, "-db"]);
    }

    public async Task<Call> PrepareAsync() => new(port, [("Authorization", $"Bearer {await broker.RenewTokenAsync()}")]);

    public Task<long?> CountRecordsAsync() => Task.FromResult<long?>(LogFile.CountLines(log));

    /// <summary>A public P-256 JWK (RFC 7518, section 6.2.1) as PEM.</summary>
    private static string ToPem(JsonElement jwk)
    {
        byte[] Coordinate(string name) => Base64Url.DecodeFromChars(jwk.GetProperty(name).GetString());
        using var key = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = Coordinate("x"), Y = Coordinate("y") } });
        return key.ExportSubjectPublicKeyInfoPem();
    }
}
