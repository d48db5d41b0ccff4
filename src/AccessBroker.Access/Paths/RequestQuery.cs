using System.Text;

namespace AccessBroker.Access;

/// <summary>A query string whose parameter names are read in one way only; it is forwarded exactly as received.</summary>
public sealed class RequestQuery
{
    private readonly Parameter[] _parameters;

    private RequestQuery(string raw, Parameter[] parameters)
    {
        Raw = raw;
        _parameters = parameters;
        Names = parameters.Length == 0 ? [] : Array.ConvertAll(parameters, p => p.Name);
    }

    public static RequestQuery Empty { get; } = new("", []);

    /// <summary>As received, with its question mark; empty where there is none.</summary>
    public string Raw { get; }

    /// <summary>Decoded, unique even when case is ignored, in the order received.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <param name="target">The whole request target; everything from the first question mark on is the query.</param>
    /// <param name="why">For people, where the answer is false: what is ambiguous.</param>
    public static bool TryParse(string target, out RequestQuery query, out string why)
    {
        query = Empty;
        why = "";
        var start = target.IndexOf('?', StringComparison.Ordinal);
        if (start < 0)
            return true;

        var raw = target[start..];
        if (raw.Length == 1)
        {
            query = new RequestQuery(raw, []);
            return true;
        }

        var parameters = new List<Parameter>(4);
        for (var at = 1; at <= raw.Length;)
        {
            var end = raw.IndexOf('&', at) is >= 0 and var ampersand ? ampersand : raw.Length;
            if (!TryParseParameter(raw, at, end, out var parameter, out why))
                return false;

            foreach (var other in parameters)
            {
                if (!string.Equals(other.Name, parameter.Name, StringComparison.OrdinalIgnoreCase))
                    continue;
                why = $"The query parameter '{Printable(parameter.Name)}' is given more than once.";
                return false;
            }

            parameters.Add(parameter);
            at = end + 1;
        }

        query = new RequestQuery(raw, [.. parameters]);
        return true;
    }

    /// <summary>The query for the log: values of the named parameters are replaced by an asterisk.</summary>
    public string WithoutValuesOf(IReadOnlyList<string> secret)
    {
        if (secret.Count == 0 || _parameters.Length == 0)
            return Raw;

        var text = new StringBuilder(Raw.Length).Append('?');
        foreach (var parameter in _parameters)
        {
            if (text.Length > 1)
                text.Append('&');
            if (secret.Contains(parameter.Name, StringComparer.OrdinalIgnoreCase))
                text.Append(Raw, parameter.Start, parameter.NameEnd - parameter.Start).Append("=*");
            else
                text.Append(Raw, parameter.Start, parameter.End - parameter.Start);
        }

        return text.ToString();
    }

    private static bool TryParseParameter(string raw, int start, int end, out Parameter parameter, out string why)
    {
        parameter = default;
        var text = raw.AsSpan(start, end - start);
        if (text.IndexOfAny(';', '#', '\\') >= 0 || text.ContainsAnyExceptInRange('!', '~'))
        {
            why = "The query holds a character that must be percent-encoded.";
            return false;
        }

        var nameLength = text.IndexOf('=') is >= 0 and var equals ? equals : text.Length;
        if (nameLength == 0)
        {
            why = "The query holds a parameter without a name.";
            return false;
        }

        if (!PercentDecoding.TryDecode(text[..nameLength], plusIsSpace: true, out var name, out why) ||
            !PercentDecoding.TryDecode(text[nameLength..], plusIsSpace: true, out var value, out why))
        {
            return false;
        }

        for (var i = 0; i < name.Length; i++)
        {
            if (!char.IsControl(name[i]) && name[i] is not ('&' or '=' or ';' or '#') && !(name[i] == '%' && PercentDecoding.LooksEncoded(name, i)))
                continue;
            why = "The name of a query parameter is percent-encoded twice or holds a separator or control character.";
            return false;
        }

        // Behind a NUL the rest of a value disappears for programs that pass it to C.
        if (value.Contains('\0', StringComparison.Ordinal))
        {
            why = "The query holds an encoded NUL.";
            return false;
        }

        parameter = new Parameter(name, start, start + nameLength, end);
        return true;
    }

    private static string Printable(string name) => name.Length <= 40 ? name : name[..40] + "…";

    private readonly record struct Parameter(string Name, int Start, int NameEnd, int End);
}
