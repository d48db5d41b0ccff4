using Microsoft.AspNetCore.Http.Features;

namespace AccessBroker.Server;

/// <summary>
/// Reads posted forms before anything else does: antiforgery, OpenIddict and the pages would each fail at a malformed one in
/// a way of their own, which nobody could tell from a bug. What was read is kept for them.
/// </summary>
internal static class Forms
{
    /// <summary>Far more than any form of ours: the largest carries a reason of 2000 characters or a checkpoint note of 16 KiB.</summary>
    private const long MostBytes = 256 * 1024;

    /// <remarks>Put it behind <c>UseErrors</c>, which answers with words: 400, or 413 for what is too large.</remarks>
    public static void UseForms(this WebApplication app) => app.Use(async (context, next) =>
    {
        if (!context.Request.HasFormContentType)
        {
            await next(context);
            return;
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = MostBytes;
        try
        {
            await context.Request.ReadFormAsync(context.RequestAborted);
        }
        // Too many fields, no or a cut-off boundary, broken escapes; an encoding that is not read here (UTF-7).
        catch (Exception e) when (e is (InvalidDataException or IOException or NotSupportedException) and not BadHttpRequestException)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        await next(context);
    });
}
