using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AccessBroker.Web.Assets;

/// <summary>
/// Style sheet, script and icon, built into the assembly. Their addresses hold their hash, so a browser may keep them for
/// good and never mixes two versions.
/// </summary>
internal static class WebAssets
{
    public static Asset Css { get; } = Load("app.css", "text/css; charset=utf-8");
    public static Asset Script { get; } = Load("app.js", "text/javascript; charset=utf-8");
    public static Asset Icon { get; } = Load("favicon.svg", "image/svg+xml");

    public static void MapAssets(this IEndpointRouteBuilder app)
    {
        foreach (var asset in new[] { Css, Script, Icon })
            app.MapGet(asset.Address, (HttpContext http) =>
            {
                http.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
                return TypedResults.Bytes(asset.Content, asset.ContentType);
            }).AllowAnonymous().ExcludeFromDescription();

        // Asked for by browsers on their own, on pages that name no icon.
        app.MapGet("/favicon.ico", () => TypedResults.Bytes(Icon.Content, Icon.ContentType)).AllowAnonymous().ExcludeFromDescription();
    }

    private static Asset Load(string name, string contentType)
    {
        using var stream = typeof(WebAssets).Assembly.GetManifestResourceStream($"Assets/{name}")
            ?? throw new InvalidOperationException($"The asset {name} was not built in.");
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        var hash = Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 6));
        return new Asset($"/assets/{hash}/{name}", contentType, content);
    }
}
