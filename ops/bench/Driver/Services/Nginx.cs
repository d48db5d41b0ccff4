namespace Bench;

/// <summary>Debian's nginx with a configuration of its own, on loopback.</summary>
internal static class Nginx
{
    public static async Task<Running> StartAsync(string name, string folder, int port, string http)
    {
        Directory.CreateDirectory(folder);
        var file = Path.Combine(folder, "nginx.conf");
        await File.WriteAllTextAsync(file, $$"""
            daemon off;
            worker_processes 2;
            pid {{folder}}/pid;
            error_log {{folder}}/error.log;
            {{(Environment.UserName == "root" ? "user root;" : "")}}
            events { worker_connections 8192; }
            http {
                client_body_temp_path {{folder}}/body;
                proxy_temp_path {{folder}}/proxy;
                fastcgi_temp_path {{folder}}/fastcgi;
                uwsgi_temp_path {{folder}}/uwsgi;
                scgi_temp_path {{folder}}/scgi;
                access_log off;
                keepalive_requests 100000000;
                keepalive_timeout 600s;
                {{http}}
            }
            """);
        return await Running.StartAsync(name, Path.Combine(folder, "log"), port, folder, "nginx", ["-c", file, "-e", Path.Combine(folder, "error.log")]);
    }

    /// <summary>The upstream that every variant forwards to: one fixed reply from memory.</summary>
    public static Task<Running> StartUpstreamAsync(string folder, int port) => StartAsync("nginx (upstream)", folder, port, $$"""
        server {
            listen 127.0.0.1:{{port}} backlog=4096;
            location / { default_type application/json; return 200 '{{Call.Body}}'; }
        }
        """);
}
