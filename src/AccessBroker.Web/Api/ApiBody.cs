using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using AccessBroker.Contracts;
using AccessBroker.Grants;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace AccessBroker.Web.Api;

/// <summary>
/// Reads a JSON body strictly: what is not understood is refused by name, because a misspelt <c>operatons</c> that is
/// silently ignored would approve more than was meant. At most 64 KiB.
/// </summary>
internal static class ApiBody
{
    private const int MaxBytes = 64 * 1024;

    private static readonly ContractsJson Strict = new(new JsonSerializerOptions(ContractsJson.Default.Options)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        AllowDuplicateProperties = false,
        PropertyNameCaseInsensitive = false,
        NumberHandling = JsonNumberHandling.Strict,
    });

    /// <summary>The body as <typeparamref name="T"/>, or why not (400, 413, 415).</summary>
    public static async Task<Outcome<T>> ReadAsync<T>(HttpContext http) where T : class
    {
        if (!IsJson(http.Request))
            return new Refusal(StatusCodes.Status415UnsupportedMediaType, "unsupported-media-type", "Send JSON",
                "The body must be application/json in UTF-8.", "Set the header 'Content-Type: application/json'.");
        if (await ReadBytesAsync(http) is not { } bytes)
            return new Refusal(StatusCodes.Status413PayloadTooLarge, "body-too-large", "The body is too large",
                $"The body may have {MaxBytes} bytes at most.", "Send less; a reason has 2000 characters at most.");

        var type = (JsonTypeInfo<T>)Strict.GetTypeInfo(typeof(T))!;
        try
        {
            if (FieldErrors(bytes, type) is { Count: > 0 } errors)
                return new Refusal(StatusCodes.Status400BadRequest, "bad-request", "The body has wrong fields",
                    string.Join(" ", errors.Select(e => $"{e.Key}: {e.Value[0]}")), "Correct the named fields; /openapi/v1.json describes them.", errors);
            if (JsonSerializer.Deserialize(bytes, type) is { } value)
                return value;
            return NotAnObject;
        }
        catch (JsonException e)
        {
            var field = FieldOf(e.Path);
            return field.Length == 0
                ? new Refusal(StatusCodes.Status400BadRequest, "bad-request", "The body is not JSON",
                    e.LineNumber is null ? "It names a field twice." : $"Reading stopped at line {e.LineNumber + 1}, byte {e.BytePositionInLine}.", "Send one JSON object in UTF-8, without duplicate names.")
                : ApiProblems.BadField(field, "has the wrong type or is not readable.", "Correct it; /openapi/v1.json describes the fields.");
        }
    }

    /// <summary>Unknown and missing names, all at once, before the values are looked at.</summary>
    private static Dictionary<string, string[]> FieldErrors(byte[] bytes, JsonTypeInfo type)
    {
        using var document = JsonDocument.Parse(bytes, new JsonDocumentOptions { AllowDuplicateProperties = false });
        if (document.RootElement.ValueKind != JsonValueKind.Object)
            return new() { ["$"] = ["must be a JSON object."] };
        var names = document.RootElement.EnumerateObject().Select(p => p.Name).ToHashSet(StringComparer.Ordinal);
        var known = type.Properties.Select(p => p.Name).ToHashSet(StringComparer.Ordinal);
        var errors = new Dictionary<string, string[]>(StringComparer.Ordinal);
        foreach (var name in names.Where(n => !known.Contains(n)))
            errors[Shorten(name)] = [$"is not a field of this request; it has {string.Join(", ", known)}."];
        foreach (var property in type.Properties.Where(p => p.IsRequired && !names.Contains(p.Name)))
            errors[property.Name] = ["is missing."];
        return errors;
    }

    private static Refusal NotAnObject { get; } = ApiProblems.BadField("$", "must be a JSON object.", "Send one JSON object; /openapi/v1.json describes it.");

    private static bool IsJson(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
        && (!type.Charset.HasValue || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase));

    private static async Task<byte[]?> ReadBytesAsync(HttpContext http)
    {
        if (http.Request.ContentLength > MaxBytes)
            return null;
        using var buffer = new MemoryStream();
        var chunk = new byte[8192];
        int read;
        while ((read = await http.Request.Body.ReadAsync(chunk, http.RequestAborted)) > 0)
        {
            if (buffer.Length + read > MaxBytes)
                return null;
            buffer.Write(chunk, 0, read);
        }
        return buffer.ToArray();
    }

    /// <summary>"$.operations[0]" → "operations".</summary>
    private static string FieldOf(string? path)
    {
        var field = path is ['$', '.', ..] ? path[2..] : "";
        var end = field.AsSpan().IndexOfAny('.', '[');
        return Shorten(end < 0 ? field : field[..end]);
    }

    private static string Shorten(string name) => name.Length <= 60 ? name : name[..60] + "…";
}
