namespace AccessBroker.Evidence;

/// <summary>
/// Writes JSON whose bytes depend on nothing but what is written: the verifier of another year must write the same line again.
/// Names and texts need no escapes; a member that is empty or null is left out.
/// </summary>
internal sealed class JsonLine
{
    private readonly RowBuffer _output = new();
    private bool _comma;

    public ReadOnlySpan<byte> Written => _output.Written;

    public void Clear()
    {
        _output.Clear();
        _comma = false;
    }

    /// <summary>Bytes as they are; what follows begins with a comma.</summary>
    public JsonLine Raw(ReadOnlySpan<byte> bytes)
    {
        _output.Append(bytes);
        _comma = true;
        return this;
    }

    public JsonLine Open()
    {
        _output.Append((byte)'{');
        _comma = false;
        return this;
    }

    public JsonLine Open(ReadOnlySpan<byte> name)
    {
        Name(name);
        return Open();
    }

    public JsonLine Close() => Raw("}"u8);

    /// <summary>A text that holds nothing to escape.</summary>
    public JsonLine Add(ReadOnlySpan<byte> name, ReadOnlySpan<byte> plain)
    {
        if (plain.IsEmpty)
            return this;
        Name(name);
        _output.Append((byte)'"');
        _output.Append(plain);
        _output.Append((byte)'"');
        return this;
    }

    /// <summary>A value as it stands in a canonical body.</summary>
    public JsonLine AddJson(ReadOnlySpan<byte> name, ReadOnlySpan<byte> json)
    {
        if (json.IsEmpty)
            return this;
        Name(name);
        _output.Append(json);
        return this;
    }

    public JsonLine Add(ReadOnlySpan<byte> name, long? value)
    {
        if (value is not { } number)
            return this;
        Name(name);
        _output.Append(number);
        return this;
    }

    private void Name(ReadOnlySpan<byte> name)
    {
        _output.Append(_comma ? ",\""u8 : "\""u8);
        _output.Append(name);
        _output.Append("\":"u8);
        _comma = true;
    }
}
