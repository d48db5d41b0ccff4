using System.Globalization;
using AccessBroker.Audit;
using AccessBroker.TransparencyLog;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AccessBroker.Web.Api;

/// <summary>
/// The log for monitors (C2SP tlog-tiles): checkpoint, tiles and keys. For everybody and read-only; hashes and signatures alone, so
/// nothing here is a customer's.
/// </summary>
internal static class LogEndpoints
{
    private const string Text = "text/plain; charset=utf-8";

    public static void MapLog(this IEndpointRouteBuilder app)
    {
        var log = app.MapGroup("/log").AllowAnonymous().WithTags("log");

        log.MapGet("/checkpoint", async (HttpContext http, IAuditRecords records) =>
            {
                http.Response.Headers.CacheControl = "no-cache";
                return await records.LatestCheckpointAsync(http.RequestAborted) is { } latest
                    ? TypedResults.Text(latest.CosignedNote, Text)
                    : Sentence(StatusCodes.Status404NotFound, "No checkpoint was published yet. Ask again in ten seconds.");
            })
            .Produces<string>(StatusCodes.Status200OK, "text/plain").Produces<string>(StatusCodes.Status404NotFound, "text/plain")
            .WithSummary("The newest signed checkpoint (C2SP signed note) with its cosignatures. Keep it: it proves later that nothing before it changed.");

        log.MapGet("/tile/{**path}", async (string? path, HttpContext http, PublishedTiles tiles) => await TileAsync(path, http, tiles))
            .Produces<byte[]>(StatusCodes.Status200OK, "application/octet-stream").Produces<string>(StatusCodes.Status404NotFound, "text/plain")
            .Produces<string>(StatusCodes.Status410Gone, "text/plain")
            .WithSummary("Hashes of the log's tree as C2SP tlog-tiles has them, such as 0/x001/067 or 0/000.p/12; level 0 is leaf hashes.");

        log.MapGet("/vkey", (ILogKeys keys) => TypedResults.Text(string.Concat(keys.Signers.Select(s => s.Key + "\n")), Text))
            .Produces<string>(StatusCodes.Status200OK, "text/plain")
            .WithSummary("The log's verifier keys (C2SP vkey), one a line, the newest first. Take them once, from somebody you trust, and keep them.");

        log.MapGet("/successor/{keyId}", (string keyId, ILogKeys keys) =>
                keys.Successions.FirstOrDefault(s => s.Old.KeyId.ToString("x8", CultureInfo.InvariantCulture) == keyId) is { } succession
                    ? TypedResults.Text(succession.Statement, Text)
                    : Sentence(StatusCodes.Status404NotFound, "No key followed this one. Give the eight hexadecimal digits of a verifier key of this log: what stands between its first two plus signs."))
            .Produces<string>(StatusCodes.Status200OK, "text/plain").Produces<string>(StatusCodes.Status404NotFound, "text/plain")
            .WithSummary("The statement, signed by the log's key with this id, that names the key which follows it. Who trusts the old key can trust the new one by it.");
    }

    private static async Task<IResult> TileAsync(string? path, HttpContext http, PublishedTiles tiles)
    {
        http.Response.Headers.CacheControl = "no-cache"; // what is not there now may be there soon
        if (!TilePath.TryParse($"tile/{path}", out var tile))
            return Sentence(StatusCodes.Status404NotFound, "This is no tile's address. Tiles are at /log/tile/<level>/<index>[.p/<width>], such as /log/tile/0/x001/067.");
        if (tile.Level == TilePath.Entries)
            return Sentence(StatusCodes.Status410Gone, "Entries are customers' and are not served here. Their leaf hashes are, at /log/tile/0/.");
        if (await tiles.ReadAsync(tile, http.RequestAborted) is not { } hashes)
            return Sentence(StatusCodes.Status404NotFound, "No published checkpoint covers this tile.");
        // Partial tiles too: the width is part of the address.
        http.Response.Headers.CacheControl = string.Create(CultureInfo.InvariantCulture, $"public, max-age={365 * 24 * 3600}, immutable");
        return TypedResults.Bytes(hashes, "application/octet-stream");
    }

    private static IResult Sentence(int status, string sentence) => TypedResults.Text(sentence + "\n", Text, statusCode: status);
}
