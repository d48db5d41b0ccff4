namespace Bench;

/// <summary>
/// nginx that asks an authentication service about each request and writes a line of JSON about it. The service is the
/// quickest there can be: another nginx that looks whether there is a token and answers from memory. Lines are not synced to disk.
/// </summary>
internal sealed class NginxAuthRequest(int port, string accessLog, Broker broker) : IVariant
{
    public string Name => "nginx-auth-request";

    public bool Guards => true;

    public static string AccessLog(string folder) => Path.Combine(folder, "access.json");

    public static Task<Running> StartAsync(string folder, int port, int upstream, int authentication) => Nginx.StartAsync("nginx (auth_request)", folder, port, $$"""
        log_format entry escape=json '{"time":"$time_iso8601","ip":"$remote_addr","method":"$request_method","path":"$request_uri","status":$status,"bytes":$body_bytes_sent,"seconds":$request_time}';
        upstream application { server 127.0.0.1:{{upstream}}; keepalive 512; keepalive_requests 100000000; }
        upstream authentication { server 127.0.0.1:{{authentication}}; keepalive 512; keepalive_requests 100000000; }
        server {
            listen 127.0.0.1:{{port}} backlog=4096;
            access_log {{AccessLog(folder)}} entry;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            location / { auth_request /authenticate; proxy_pass http://application; }
            location = /authenticate {
                internal;
                proxy_pass http://authentication;
                proxy_pass_request_body off;
                proxy_set_header Content-Length "";
                proxy_set_header Connection "";
            }
        }
        server {
            listen 127.0.0.1:{{authentication}} backlog=4096;
            location / {
                if ($http_authorization = "") { return 401; }
                return 204;
            }
        }
        """);

    public async Task<Call> PrepareAsync() => new(port, [("Authorization", $"Bearer {await broker.RenewTokenAsync()}")]);

    public Task<long?> CountRecordsAsync() => Task.FromResult<long?>(LogFile.CountLines(accessLog));
}
