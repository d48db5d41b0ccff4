using System.Text;
using System.Text.Json;

namespace AccessBroker.Cli;

/// <summary>Errors on stderr: sentences for people, <c>{code,message,next,requestId}</c> for programs.</summary>
internal static class Errors
{
    public static int Report(CliHost host, CliException error)
    {
        if (host.ErrorIsTerminal)
        {
            var red = host.Environment("NO_COLOR") is { Length: > 0 } ? ("", "") : ("\e[31m", "\e[0m");
            host.Talk($"{red.Item1}error:{red.Item2} {error.Message}");
            if (error.Next is not null) host.Talk($"next:  {error.Next}");
            if (error.RequestId is not null) host.Talk($"(request {error.RequestId})");
        }
        else
        {
            host.Error.Write(AsJson(error) + "\n");
        }
        return error.ExitCode;
    }

    private static string AsJson(CliException error)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("code", error.Code);
            json.WriteString("message", error.Message);
            json.WriteString("next", error.Next);
            json.WriteString("requestId", error.RequestId);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.ToArray());
    }
}
